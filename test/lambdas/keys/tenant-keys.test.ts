import { hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { keysOf } from '../../../lambdas/keys/of-tenant.ts';
import { tenantKeys } from '../../../lambdas/keys/tenant-keys.ts';
import { fingerprinter } from '../../../lambdas/routes/micro_flow_constants/fingerprint.ts';
import { identityHasher } from '../../../lambdas/routes/users/identity.ts';

const key = (byte: number) => ({
  ...{ version: `v${byte}`, created: '2026-01-01T00:00:00Z' },
  key: Buffer.alloc(32, byte).toString('base64'),
});
const KEYS = { cursor: { current: key(2), previous: key(1) }, fingerprint: key(7), identity: key(8) };
const [A, B] = [tenantKeys(KEYS, 'bank-a'), tenantKeys(KEYS, 'bank-b')];

test('a tenant’s key is HKDF of the stage’s, of its purpose and the tenant’s name, and has the version of the stage’s', () => {
  const info = 'mrt tenant\nfingerprint\nbank-a';
  const derived = Buffer.from(hkdfSync('sha256', Buffer.alloc(32, 7), '', info, 32)).toString('base64');
  expect(A.fingerprint).toEqual({ ...KEYS.fingerprint, key: derived });
  expect(tenantKeys(KEYS, 'bank-a')).toEqual(A);
});

test('all keys of two tenants and of the stage are different', () => {
  const all = [KEYS, A, B].flatMap(({ cursor: { current, previous }, fingerprint, identity }) =>
    [current, previous, fingerprint, identity].map((one) => one.key),
  );
  expect(new Set(all).size).toBe(12);
});

test('the same person and the same value have other hashes at each tenant, so that nobody can put them side by side', () => {
  expect(identityHasher(A.identity)('anna')).not.toBe(identityHasher(B.identity)('anna'));
  const value = { typed: { canonical: 'string:secret' } } as never;
  const masked = { secret: 'name' } as never;
  expect(fingerprinter(A.fingerprint)(value, masked)).not.toBe(fingerprinter(B.fingerprint)(value, masked));
});

test('without a previous cursor key there is none of the tenant’s', () => {
  expect(tenantKeys({ ...KEYS, cursor: { current: key(2), previous: null } }, 'bank-a').cursor.previous).toBeNull();
});

test('the operator’s, and those of a stage without tenants, are the stage’s own', async () => {
  expect(await keysOf(KEYS, null)).toBe(KEYS);
  expect(await keysOf(Promise.resolve(KEYS), undefined)).toBe(KEYS);
  expect(await keysOf(KEYS, 'bank-a')).toEqual(A);
});
