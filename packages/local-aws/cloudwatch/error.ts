/** The errors of CloudWatch. Source: CloudWatch API reference, "Common Errors". */
import { ServiceError } from '../service/service-error.ts';

const STATUSES = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
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

/** Names of errors, as the service writes them in `__type`. */
export type CloudWatchCode = keyof typeof STATUSES;

/** An error of the service. */
export class CloudWatchError extends ServiceError<CloudWatchCode> {
  constructor(code: CloudWatchCode, message: string) {
    super(STATUSES, code, message);
  }
}
