/** By whose keys something is signed or hashed. */
import type { Owner } from '../tenancy.ts';
import type { DerivableKeys } from './tenant-keys.ts';

/**
 * The keys of a tenant. The operator's are the API's own, as are those of a stage without tenants.
 *
 * @throws KeysUnavailableError
 */
export async function keysOf<Keys extends DerivableKeys>(
  reading: Keys | Promise<Keys>,
  tenant: Owner | undefined,
): Promise<Keys> {
  const keys = await reading;
  if (process.env['MRT_WITH_TENANTS'] !== 'off' && typeof tenant === 'string') {
    const { tenantKeys } = await import('./tenant-keys.ts');
    return tenantKeys(keys, tenant);
  }
  return keys;
}
