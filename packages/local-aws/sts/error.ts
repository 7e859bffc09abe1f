/** The errors of STS. Source: STS API reference, "Common Errors" and AssumeRole, "Errors". */

const STATUSES = {
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
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

/** An error of the service. The HTTP status follows from its code. */
export class StsError extends Error {
  readonly code: StsCode;
  readonly status: number;

  constructor(code: StsCode, message: string) {
    super(message);
    this.code = code;
    this.status = STATUSES[code];
  }
}
