/** What IoT Core knows of devices: certificates, with the things and the policies that are attached to them. */
import { createHash, X509Certificate } from 'node:crypto';
import { evaluate, type PolicyDocument } from '../iam/policy.ts';

export type CertificateStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED';

/** A certificate that was made for a request. */
export interface RegisteredCertificate {
  /** As in its ARN: the SHA-256 of the certificate in hex. */
  id: string;
  pem: string;
  status: CertificateStatus;
  /** Names of the things that it is attached to. */
  things: readonly string[];
  policies: readonly PolicyDocument[];
}

/** The id of a certificate: SHA-256 over its DER. */
export function certificateId(pemOrDer: string | Buffer): string {
  const der = typeof pemOrDer === 'string' ? new X509Certificate(pemOrDer).raw : pemOrDer;
  return createHash('sha256').update(der).digest('hex');
}

/**
 * Whether the policies of a certificate allow it. With X.509 no other policy counts (AWS IoT Core developer guide,
 * "Authorization"). Variables of the thing follow from the client's id, which is the thing's name, and hold nothing when no
 * thing has that name ("Thing policy variables").
 */
export function mayDo(
  certificate: RegisteredCertificate,
  things: ReadonlySet<string>,
  clientId: string,
  action: string,
  resource: string,
): boolean {
  if (certificate.status !== 'ACTIVE') return false;
  const isThing = things.has(clientId);
  const context = {
    'iot:ClientId': clientId,
    ...(isThing && {
      'iot:Connection.Thing.ThingName': clientId,
      'iot:Connection.Thing.IsAttached': String(certificate.things.includes(clientId)),
    }),
  };
  return evaluate(certificate.policies, { principalArn: '', action, resource, context }) === 'allow';
}
