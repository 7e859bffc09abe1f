/** Errors of Athena's API. Source: Athena API reference, "StartQueryExecution", "Common Errors". */
import { ServiceError } from '../service/service-error.ts';

const STATUSES = {
  InvalidRequestException: 400,
  TooManyRequestsException: 400,
  ThrottlingException: 400,
  AccessDeniedException: 400,
  UnrecognizedClientException: 400,
  MissingAuthenticationTokenException: 400,
  IncompleteSignatureException: 400,
  ExpiredTokenException: 400,
  InvalidSignatureException: 400,
  UnknownOperationException: 400,
  InternalServerException: 500,
} as const;

export type AthenaCode = keyof typeof STATUSES;

/** One of them. */
export class AthenaError extends ServiceError<AthenaCode> {
  override name = 'AthenaError' as const;
  constructor(code: AthenaCode, message: string) {
    super(STATUSES, code, message);
  }
}
