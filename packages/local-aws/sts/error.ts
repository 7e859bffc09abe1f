/** The errors of STS. Source: STS API reference, "Common Errors", AssumeRole and AssumeRoleWithWebIdentity, "Errors". */
import { ServiceError } from '../service/service-error.ts';

const STATUSES = {
  AccessDenied: 403,
  ExpiredToken: 403,
  ExpiredTokenException: 400,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidIdentityToken: 400,
  InvalidParameterValue: 400,
  MalformedPolicyDocument: 400,
  MissingAuthenticationToken: 403,
  PackedPolicyTooLarge: 400,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
} as const;

/** Names of errors, as the service writes them in `Code`. */
export type StsCode = keyof typeof STATUSES;

/** An error of the service. */
export class StsError extends ServiceError<StsCode> {
  constructor(code: StsCode, message: string) {
    super(STATUSES, code, message);
  }
}
