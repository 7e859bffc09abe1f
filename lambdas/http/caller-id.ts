/** The SPIFFE ID of who asks: by it, lines of other systems are found, and answers are signed for one caller. */
import { callerOf } from '../caller.ts';
import { InvalidTokenError } from '../request-errors.ts';
import { spiffeId } from '../spiffe-id.ts';
import type { Admitted } from './admission.ts';

/**
 * The caller's; `null` on an open route.
 *
 * @param trustDomain left out in a stage without one: nobody has an ID there
 * @throws InvalidTokenError
 */
export function spiffeIdOf({ principal, rights }: Admitted, trustDomain: string | undefined): string | null {
  if (principal === null || trustDomain === undefined) return null;
  try {
    return spiffeId(trustDomain, callerOf(principal, rights.tenant));
  } catch (cause) {
    // Whom no ID can name cannot be told apart in what follows: nobody is let in under another's name.
    throw new InvalidTokenError('no SPIFFE ID can name the caller', { cause });
  }
}
