/** The API's own address: `maas-api.<dns_domain>`. */
import {
  ApiMapping,
  DomainName,
  type HttpApi,
  type HttpStage,
  type MTLSConfig,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CnameRecord, HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { stableId } from '../stable-id.ts';
import { addressOf, originOf } from './domain-names.ts';

export interface DomainProps {
  /** Domain, and its zone where it is in this account; without a certificate, one is requested and validated there. */
  domain: Exclude<Config['domain'], 'off'>;
  /** What the address leads to. */
  api: HttpApi;
  /** The stage of it. */
  stage: HttpStage;
  /** CloudFront in front, and nobody else let in. Default: clients come themselves. */
  edge: Config['edge'];
}

/**
 * Certificate, custom domain name, its mapping to the API and, where the zone is in this account, the DNS record that leads
 * there.
 */
export class Domain extends Construct {
  /** The name of API Gateway's that the DNS record leads to. */
  readonly target: string;

  constructor(scope: Construct, id: string, { domain, api, stage, edge }: DomainProps) {
    super(scope, id);
    const domainName = edge ? originOf(domain) : addressOf(domain);
    const zone = this.#zone(domain);
    const name = new DomainName(this, 'Name', {
      domainName,
      certificate: this.#certificate(domainName, zone, domain.certificate_arn),
      // The only policy that an HTTP API can be mapped to (API Gateway guide, "Security policies for HTTP APIs"); it
      // takes TLS 1.2 and 1.3.
      securityPolicy: SecurityPolicy.TLS_1_2,
      ...(edge && { mtls: this.#mutualTls(edge) }),
    });
    stableId(name, 'DomainName');
    new ApiMapping(this, 'Mapping', { api, stage, domainName: name });
    this.target = name.regionalDomainName;
    if (zone) new CnameRecord(this, 'Cname', { zone, recordName: domainName, domainName: this.target });
  }

  /** Whoever has no certificate of the authority in the truststore does not get past the handshake. */
  #mutualTls({ truststore: { bucket, key, version_id } }: NonNullable<Config['edge']>): MTLSConfig {
    return { bucket: Bucket.fromBucketName(this, 'Truststore', bucket), key, version: version_id };
  }

  /** `null`: it is somebody else's, who makes the record. */
  #zone({ hosted_zone_id, dns_domain }: DomainProps['domain']): IHostedZone | null {
    if (hosted_zone_id === undefined) return null;
    return HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: hosted_zone_id, zoneName: dns_domain });
  }

  /** Validated by a record that ACM itself puts into the zone; CloudFormation waits for it. */
  #certificate(domainName: string, zone: IHostedZone | null, importedArn: string | undefined): ICertificate {
    if (importedArn !== undefined) return Certificate.fromCertificateArn(this, 'Certificate', importedArn);
    if (zone === null) throw new Error('the configuration has neither a zone nor a certificate');
    const certificate = new Certificate(this, 'Certificate', {
      domainName,
      validation: CertificateValidation.fromDns(zone),
    });
    stableId(certificate, 'Certificate');
    return certificate;
  }
}
