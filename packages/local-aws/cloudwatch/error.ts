/** The errors of CloudWatch. Source: CloudWatch API reference, "Common Errors". */

const STATUSES = {
  AccessDeniedException: 403,
  IncompleteSignatureException: 403,
  InternalServiceFault: 500,
  UnrecognizedClientException: 403,
  InvalidNextToken: 400,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  SerializationException: 400,
  ThrottlingException: 400,
  UnknownOperationException: 404,
  ValidationException: 400,
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
