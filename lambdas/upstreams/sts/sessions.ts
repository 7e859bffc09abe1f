/**
 * The sessions of tenants' roles that an instance holds: one a role, renewed before it ends, and never handed out for
 * another. A session is worth an hour and costs a call, so it is kept; what it may do follows from its role alone, so
 * that nothing of one request stays in it for the next.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from '../../context.ts';
import { VARIABLES } from '../../contract.ts';
import type { Reader } from '../../environment-settings.ts';
import { requiredVariable } from '../../required-variable.ts';
import type { Credentials } from '../credentials.ts';
import { withRetries } from '../retry.ts';
import { assumeRole, type Identity, type Session } from './assume-role.ts';

/** A request lasts 25 s at most; what is signed with a session is looked at within minutes. */
const MIN_LEFT_MS = 5 * 60_000;

/** By tenant and role. Not bounded here: the configuration names all that there can be. */
const held = new Map<string, Promise<Session>>();

/** A cold function holds none. */
export function forgetSessions(): void {
  held.clear();
}

/**
 * The keys of the tenant's session, assumed anew where the one that is held has less than five minutes left.
 *
 * @throws as `assumeRole`; Error when the function has no SPIFFE ID
 */
export async function tenantSession(reader: Reader, context: Context): Promise<Credentials> {
  // By this name CloudTrail has what is read with the session, and the request's log line then has it too.
  if (context.origin !== undefined) context.origin.role_session = identity().sessionName;
  const key = JSON.stringify([reader.tenant, reader.role]);
  for (let pending = held.get(key); pending !== undefined; pending = held.get(key)) {
    // Another request's attempt may have failed for want of its own time: this one then makes its own.
    const session = await pending.catch(() => null);
    if (session !== null && session.expires - Date.now() > MIN_LEFT_MS) return session.credentials;
    if (held.get(key) === pending) held.delete(key);
  }
  const assuming = context.timing.of('sts', () => withRetries(() => assumeRole(reader, identity(), context), context));
  held.set(key, assuming);
  try {
    return (await assuming).credentials;
  } catch (error) {
    if (held.get(key) === assuming) held.delete(key);
    throw error;
  }
}

const INSTANCE = randomBytes(4).toString('hex');

/**
 * Who this instance is to STS. Names of sessions have 2 to 64 of letters, digits and `_+=,.@-`, which a SPIFFE ID's
 * slashes are not: `spiffe://mrt.example.com/function/prod/users` is `mrt-prod-users-0a1b2c3d`.
 */
export function identity(): Identity {
  const spiffeId = requiredVariable(process.env, VARIABLES.spiffeId);
  const sourceIdentity = ['mrt', ...spiffeId.split('/').slice(-2)].join('-');
  return { spiffeId, sourceIdentity, sessionName: `${sourceIdentity}-${INSTANCE}` };
}
