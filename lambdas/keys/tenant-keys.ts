/**
 * The keys of one tenant's cursors, fingerprints and identities. They are derived from the API's own (HKDF, RFC 5869), so that
 * what two tenants are shown cannot be put side by side: who has an account at both banks has a different identity at each, and
 * the same password a different fingerprint.
 *
 * Derived, and not kept apart: a function answers for every tenant and would have to be able to read every key, so keys of
 * their own would not be further from it. And a tenant's keys are there from its first request on, and gone with no object to
 * forget.
 */
import { hkdfSync } from 'node:crypto';
import type { KeyObject, VersionedKey } from './object.ts';

/** What {@link tenantKeys} derives. */
export type DerivableKeys = Pick<KeyObject, 'cursor' | 'fingerprint' | 'identity'>;

/**
 * The keys of a tenant, each with the version of the key that it comes from.
 *
 * With `fingerprint` of 32 bytes 0x07 and the tenant `bank-a` the derived key is
 * HKDF-SHA-256(07…07, no salt, "mrt tenant\nfingerprint\nbank-a", 32).
 */
export function tenantKeys<Keys extends DerivableKeys>(keys: Keys, tenant: string): Keys {
  const derived = (purpose: string, { key, ...rest }: VersionedKey): VersionedKey => {
    const info = ['mrt tenant', purpose, tenant].join('\n');
    return {
      ...rest,
      key: Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64'), '', info, 32)).toString('base64'),
    };
  };
  const { current, previous } = keys.cursor;
  return {
    ...keys,
    cursor: {
      ...keys.cursor,
      current: derived('cursor', current),
      previous: previous && derived('cursor', previous),
    },
    fingerprint: derived('fingerprint', keys.fingerprint),
    identity: derived('identity', keys.identity),
  };
}
