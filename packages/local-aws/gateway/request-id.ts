/** Names of requests, as API Gateway gives them. */
import { randomBytes } from 'node:crypto';

/** As long and as opaque as the real ones: 15 characters and an equals sign. */
export function newRequestId(): string {
  return randomBytes(11).toString('base64');
}
