/** The caller of a request as SPIFFE names it. */
import type { Principal } from './spiffe-id.ts';

/** A machine client or a person. */
export type Caller = Extract<Principal, { kind: 'client' | 'user' }>;

/**
 * The caller that a principal of the log lines is.
 *
 * @param principal `client:<name>` or `person:<subject>`
 * @param tenant by the configuration and the verified token, never by a claim or a header; `null`: an operator
 * @example callerOf('person:6b1f…', 'bank-a') // { kind: 'user', tenant: 'bank-a', name: '6b1f…' }
 * @throws Error for another text
 */
export function callerOf(principal: string, tenant: string | null): Caller {
  const [, kind, name] = /^(client|person):(.+)$/s.exec(principal) ?? [];
  if (kind === undefined || name === undefined) throw new Error('a principal is a client or a person');
  return { kind: kind === 'client' ? 'client' : 'user', tenant, name };
}
