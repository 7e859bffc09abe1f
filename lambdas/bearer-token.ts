/** The token of a request's `Authorization` header. */
import { InvalidTokenError } from './request-errors.ts';

/** Longest header that is looked at; API Gateway's own limit is 10,240 bytes for all header lines together. */
const MAX_HEADER_LENGTH = 9_000;

/** The token of `Authorization: Bearer …` (RFC 6750, 2.1). @throws InvalidTokenError */
export function bearerToken(authorization: string | undefined): string {
  // A repeated header reaches us joined with a comma, which no token holds.
  const match =
    authorization === undefined || authorization.length > MAX_HEADER_LENGTH
      ? null
      : /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization);
  if (match?.[1] === undefined) throw new InvalidTokenError('no bearer token');
  return match[1];
}
