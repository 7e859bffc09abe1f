/** By whose keys something is read: where tenants have roles, each tenant's data by its own. docs/tenants.md */
import type { Context } from '../context.ts';
import type { Reader } from '../environment-settings.ts';
import { type Credentials, credentials } from './credentials.ts';

/**
 * The keys by which something is read: those of a tenant's role where the configuration says so, else the function's own.
 *
 * @throws Error when the function has none; as `sessions.ts`
 */
export async function credentialsOf(reader: Reader | undefined, context: Context): Promise<Credentials> {
  if (reader !== undefined && process.env['MRT_WITH_TENANTS'] !== 'off') {
    const { tenantSession } = await import('./sts/sessions.ts');
    return tenantSession(reader, context);
  }
  return credentials();
}
