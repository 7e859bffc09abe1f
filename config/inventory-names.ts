/**
 * What the parts of `inventory` are called. Literal names, so that the roles' policies can name them; each begins with the
 * stage's, as two stages may share an account.
 */
import { createHash } from 'node:crypto';

interface Place {
  stage: string;
  account: string;
  region: string;
}

/** Glue takes lower case, digits and `_` without quotes. */
const plain = (name: string) => name.replaceAll(/[^a-z0-9]/g, '_');

/** @example inventoryDatabase({ stage: 'prod' }) // 'mrt_prod_inventory' */
export function inventoryDatabase({ stage }: Pick<Place, 'stage'>): string {
  return `mrt_${plain(stage)}_inventory`;
}

/**
 * The table over a bucket's reports. `a-b` and `a.b` are different buckets, which a hash tells apart.
 *
 * @example inventoryTable('shop-prod-files') // 'shop_prod_files_3c8b2f1a'
 */
export function inventoryTable(bucket: string): string {
  return `${plain(bucket)}_${createHash('sha256').update(bucket).digest('hex').slice(0, 8)}`;
}

/** What reports are asked for: sums, or keys to compare. Who asks for sums reads nobody's keys. */
export type InventoryUse = 'totals' | 'keys';

/**
 * One for all whose reports the functions ask with their own roles, and one for each tenant that has a role of its own.
 *
 * @example inventoryWorkgroup({ stage: 'prod' }, 'totals', 'bank-a') // 'mrt-prod-inventory-bank-a'
 * @example inventoryWorkgroup({ stage: 'prod' }, 'keys', null) // 'mrt-prod-audit-inventory'
 */
export function inventoryWorkgroup({ stage }: Pick<Place, 'stage'>, use: InventoryUse, tenant: string | null): string {
  return `mrt-${stage}${use === 'keys' ? '-audit' : ''}-inventory${tenant === null ? '' : `-${tenant}`}`;
}

/**
 * Below it are the answers of a workgroup, in the bucket of all answers.
 *
 * @param isDivided whether a tenant has a role of its own, so that even the others' answers lie below a prefix
 */
export function inventoryAnswers(use: InventoryUse, tenant: string | null, isDivided: boolean): string {
  if (tenant !== null) return `${use}/tenants/${tenant}/`;
  return isDivided ? `${use}/others/` : `${use}/`;
}

/** A bucket's name is one for all accounts of the world; the longest stage and Region make 62 of 63 characters. */
export function inventoryResults({ stage, account, region }: Place): string {
  return `mrt-${stage}-inventory-${account}-${region}`;
}

/** What the keys of a report begin with (Amazon S3 user guide, "Locating your inventory list"). */
export function reportPrefix(source: string, { prefix, id }: { prefix?: string | undefined; id: string }): string {
  return `${prefix === undefined ? '' : `${prefix}/`}${source}/${id}/`;
}
