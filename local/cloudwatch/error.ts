/** The errors of CloudWatch. Source: CloudWatch API reference, "Common Errors". */

const STATUSES = {
  AccessDeniedException: 403,
  IncompleteSignature: 403,
  InternalServiceFault: 500,
  InvalidClientTokenId: 403,
  InvalidNextToken: 400,
  InvalidSignatureException: 403,
  MissingAuthenticationToken: 403,
  SerializationException: 400,
  ThrottlingException: 400,
  UnknownOperationException: 404,
  ValidationError: 400,
} as const;

export type CloudWatchCode = keyof typeof STATUSES;

export class CloudWatchError extends Error {
  readonly code: CloudWatchCode;
  readonly status: number;

  constructor(code: CloudWatchCode, message: string) {
    super(message);
    this.code = code;
    this.status = STATUSES[code];
  }
}
