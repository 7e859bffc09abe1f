/** Who may do what at the local S3: whose signature it is, and whether IAM allows the operation. */
import type { IncomingMessage } from 'node:http';
import type { Decision, Iam, Principal } from '../iam/iam.ts';
import { type SignatureFault, type Signed, verifyRequest } from '../iam/sigv4.ts';
import { type S3Code, S3Error } from './error.ts';
import type { Operation } from './operation.ts';

const SKEW_MS = 15 * 60_000;

const CODES: Readonly<Record<SignatureFault, S3Code>> = {
  missing: 'AccessDenied',
  malformed: 'AuthorizationHeaderMalformed',
  'wrong-scope': 'AuthorizationHeaderMalformed',
  'unknown-key': 'InvalidAccessKeyId',
  'wrong-token': 'InvalidToken',
  'expired-token': 'ExpiredToken',
  skewed: 'RequestTimeTooSkewed',
  expired: 'AccessDenied',
  'unsigned-header': 'AccessDenied',
  'wrong-signature': 'SignatureDoesNotMatch',
  'wrong-payload': 'XAmzContentSHA256Mismatch',
};

/** @throws S3Error for a signature that does not hold */
export function authenticate(request: IncomingMessage, iam: Iam): Signed {
  const wire = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body: null };
  const signed = verifyRequest(wire, { iam, service: 's3', skewMs: SKEW_MS });
  if (typeof signed !== 'string') return signed;
  throw new S3Error(CODES[signed]);
}

/** @throws S3Error `AccessDenied` with IAM's reason */
export function authorize(iam: Iam, principal: Principal, operation: Operation): void {
  const decision = iam.decide(principal, operation.action, operation.resource, operation.context);
  if (!decision.allowed) throw denied(decision);
}

/**
 * What a reader learns of an object that is not there: with `s3:ListBucket` that it is missing, else nothing.
 * Source: S3 API reference, GetObject, "Permissions".
 */
export function hideMissing(error: S3Error, iam: Iam, principal: Principal, operation: Operation): S3Error {
  if (error.code !== 'NoSuchKey' && error.code !== 'NoSuchVersion') return error;
  const bucket = `arn:aws:s3:::${operation.bucket}`;
  const decision = iam.decide(principal, 's3:ListBucket', bucket, {});
  return decision.allowed ? error : denied(decision);
}

function denied(decision: Decision): S3Error {
  return new S3Error('AccessDenied', { message: decision.reason });
}
