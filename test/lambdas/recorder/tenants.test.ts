/** What is recorded of tenants that have a role of their own is apart, and a past goes with its environment. */
import { describe, expect, test } from 'vitest';
import { parseChanges } from '../../../lambdas/record/changes.ts';
import { decodeHistory } from '../../../lambdas/record/history-reader.ts';
import { packed, parseLatest } from '../../../lambdas/record/latest.ts';
import { changesKey, historyKey, latestKey } from '../../../lambdas/record/layout.ts';
import { IdentityCounts } from '../../../lambdas/recorder/identity-counts.ts';
import { readViews } from '../../../lambdas/recorder/views.ts';
import { Killed, MemoryStore } from './memory-store.ts';
import { environmentOf, runOnce, type Values } from './sample-run.ts';

const NAMES = ['ledger', 'shop', 'vault'];
const values: Values = { ledger: { 'Mail.Host': 'a' }, shop: { 'Mail.Host': 'b' }, vault: { 'Mail.Host': 'c' } };
const tenants = { ledger: 'bank-a', vault: 'bank-b' };
const at = (time: string) => new Date(`2026-11-${time}Z`);
const bytesOf = (store: MemoryStore, key: string) => store.objects.get(key) ?? expect.unreachable(key);
const shownIn = (store: MemoryStore, view: string, tenant: string | null) =>
  Object.keys(parseLatest(bytesOf(store, latestKey(view, tenant))).environments);
const months = async (store: MemoryStore, tenant: string | null) =>
  (await decodeHistory(bytesOf(store, historyKey('bucket_size', 'ledger', '2026-11', tenant)))).map(({ date }) => date);

test('each tenant’s figures are in objects of its own, and the others’ have nothing of them', async () => {
  const store = new MemoryStore();
  await runOnce(store, NAMES, { values, tenants }, at('26T10:01:00'));
  for (const view of ['bucket_size', 'metrics']) {
    expect(shownIn(store, view, 'bank-a')).toEqual(['ledger']);
    expect(shownIn(store, view, 'bank-b')).toEqual(['vault']);
    expect(shownIn(store, view, null)).toEqual(['shop']);
  }
  const others = [...store.objects.keys()].filter((key) => /^(latest|changes|history\/route=)/.test(key));
  expect(others.length).toBeGreaterThan(5);
  for (const key of others) expect(key).not.toMatch(/ledger|vault/);
  expect(store.objects.has(changesKey('ledger', 'bank-a'))).toBe(true);
  expect(await months(store, 'bank-a')).toContain('2026-11-26');
});

test('people of two tenants are never in one count', async () => {
  const environments = ['ledger', 'teller', 'vault', 'shop'].map((name) => ({
    ...environmentOf(name, [], name === 'vault' ? 'bank-b' : name === 'shop' ? undefined : 'bank-a'),
    ...{ offers: ['users'], database: {} as never },
  }));
  const store = new MemoryStore();
  const views = await readViews(store, AbortSignal.timeout(20_000), ['users'], environments);
  const counts = new IdentityCounts(environments, views, at('26T10:01:00'));
  const salts = new Set<string>();
  const upstreams = () => ({
    identities: async (_: unknown, salt: string) => {
      salts.add(salt);
      return [{ hash: 1n << 40n, external: false }];
    },
  });
  for (const environment of environments) await counts.add(environment, {} as never, { upstreams } as never);
  expect(counts.of('bank-a')).toMatchObject({ environments: ['ledger', 'teller'], groups: [{ identities: 1 }] });
  expect(counts.of('bank-b')).toMatchObject({ environments: ['vault'], groups: [{ identities: 1 }] });
  expect(counts.of(null)).toMatchObject({ environments: ['shop'] });
  expect(salts.size).toBe(3);
});

describe('an environment that becomes a tenant’s', () => {
  const recordedBefore = async () => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values }, at('24T10:01:00'));
    await runOnce(store, NAMES, { values }, at('25T10:01:00'));
    return store;
  };
  const DAYS = ['2026-11-24', '2026-11-25', '2026-11-26'];
  const daysIn = async (store: MemoryStore, tenant: string | null) =>
    [...new Set(await months(store, tenant))].toSorted((a, b) => (a < b ? -1 : 1));

  test('has its past with it, which is left nowhere else', async () => {
    const store = await recordedBefore();
    const since = parseChanges(bytesOf(store, changesKey('ledger'))).constants;
    await runOnce(store, NAMES, { values, tenants }, at('26T10:01:00'));
    expect(await daysIn(store, 'bank-a')).toEqual(DAYS);
    expect(await daysIn(store, null)).toEqual([]);
    expect(parseChanges(bytesOf(store, changesKey('ledger', 'bank-a'))).constants).toEqual(since);
    expect(parseChanges(bytesOf(store, changesKey('ledger'))).constants).toEqual({});
    expect(shownIn(store, 'bucket_size', null)).toEqual(['shop']);
  });

  test('has it wherever a run was killed while it moved', async () => {
    for (let writes = 1; writes < 14; writes += 1) {
      const store = await recordedBefore();
      store.killAt(writes, writes % 2 === 0);
      await runOnce(store, NAMES, { values, tenants }, at('26T10:01:00')).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      const after = store.remains();
      await runOnce(after, NAMES, { values, tenants }, at('26T11:01:00'));
      expect(await daysIn(after, 'bank-a'), `${writes}`).toEqual(DAYS);
      expect(await daysIn(after, null), `${writes}`).toEqual([]);
    }
  });

  test('and comes back to the stage has it with it again', async () => {
    const store = await recordedBefore();
    await runOnce(store, NAMES, { values, tenants }, at('26T10:01:00'));
    await runOnce(store, NAMES, { values }, at('27T10:01:00'));
    expect(await daysIn(store, null)).toEqual([...DAYS, '2026-11-27']);
    expect(Object.keys(parseChanges(bytesOf(store, changesKey('ledger'))).constants)).toEqual(['Mail.Host']);
  });

  test('does not lose what a newer release has written in its place', async () => {
    const store = await recordedBefore();
    const newer = packed({ schema_version: 2, constants: {} });
    store.objects.set(changesKey('ledger', 'bank-a'), newer);
    await expect(runOnce(store, NAMES, { values, tenants }, at('26T10:01:00'))).rejects.toThrow();
    expect(store.objects.get(changesKey('ledger', 'bank-a'))).toEqual(newer);
  });
});
