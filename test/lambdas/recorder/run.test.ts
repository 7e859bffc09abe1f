import { describe, expect, test } from 'vitest';
import { parseChanges } from '../../../lambdas/record/changes.ts';
import { decodeHistory } from '../../../lambdas/record/history-reader.ts';
import { packed, parseLatest } from '../../../lambdas/record/latest.ts';
import { changesKey, historyKey, LEASE_KEY, latestKey } from '../../../lambdas/record/layout.ts';
import { Killed, MemoryStore } from './memory-store.ts';
import { runOnce, type Values } from './sample-run.ts';

const NAMES = ['shop', 'crm'];
const at = (time: string) => new Date(`2026-11-${time}Z`);
const values: Values = { shop: { 'Mail.Host': 'a', 'Mail.Port': '25' }, crm: { 'Mail.Host': 'b' } };

const latest = (store: MemoryStore, view: string) => parseLatest(store.objects.get(latestKey(view)) ?? Buffer.alloc(0));
const history = (store: MemoryStore, route: string, environment: string, month = '2026-11') =>
  decodeHistory(store.objects.get(historyKey(route, environment, month)) ?? Buffer.alloc(0));
const changes = (store: MemoryStore, name: string) =>
  parseChanges(store.objects.get(changesKey(name)) ?? Buffer.alloc(0));

describe('a run', () => {
  test('writes the newest figures of every environment, and a point of the day', async () => {
    const store = new MemoryStore();
    const outcome = await runOnce(store, NAMES, { values }, at('26T10:01:00'));
    expect(outcome).toMatchObject({ ran: true, recorded: 2, failed: 0, resumed: 0, left: 0, age_s: null });
    const view = latest(store, 'bucket_size');
    expect(view).toMatchObject({ schema_version: 1, taken_at: '2026-11-26T10:01:00Z', every_minutes: 15 });
    expect(view.environments['shop']?.['bucket_size']).toMatchObject({
      taken_at: '2026-11-26T10:01:00Z',
      complete: true,
      error: null,
      summary: { buckets: [{ bucket: 'shop-files', size_bytes: 100, object_count: 3 }] },
      addends: [{ once: 'shop-files/', within: null, figures: { size_bytes: 100, object_count: 3 } }],
    });
    expect(Object.keys(view.environments['shop'] ?? {})).toEqual(['bucket_size']);
    expect(Object.keys(latest(store, 'metrics').environments['shop'] ?? {})).toEqual([
      'bucket_size',
      'micro_flow_constants',
    ]);
    expect(await history(store, 'bucket_size', 'shop')).toMatchObject([
      {
        figure: 'bucket_objects',
        subject: 'shop-files',
        value: 3,
        unit: 'count',
        date: '2026-11-26',
        source: 'metrics',
      },
      { figure: 'bucket_size_bytes', subject: 'shop-files StandardStorage', value: 100, unit: 'bytes' },
    ]);
  });

  test('adds a point a day and no second one on the same day', async () => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values, bytes: 100 }, at('25T10:01:00'));
    await runOnce(store, NAMES, { values, bytes: 150 }, at('25T10:16:00'));
    await runOnce(store, NAMES, { values, bytes: 200 }, at('26T10:01:00'));
    const sizes = (await history(store, 'bucket_size', 'shop')).filter(({ figure }) => figure === 'bucket_size_bytes');
    expect(sizes.map(({ date, value }) => [date, value])).toEqual([
      ['2026-11-25', 100],
      ['2026-11-26', 200],
    ]);
    expect(latest(store, 'bucket_size').environments['shop']?.['bucket_size']?.figures).toContainEqual({
      figure: 'bucket_size_bytes',
      labels: { bucket: 'shop-files', storage_type: 'StandardStorage' },
      value: 200,
    });
  });

  test('asks CloudWatch no more once it has yesterday’s figures, until the next day, and keeps them with each run', async () => {
    const store = new MemoryStore();
    const asked: string[] = [];
    const note = (source: string) => void (source === 'cloudwatch' && asked.push(source));
    const size = () => latest(store, 'bucket_size').environments['shop']?.['bucket_size']?.figures[0]?.value;
    const runAt = (time: string, late: number, bytes: number) =>
      runOnce(store, ['shop'], { values, bytes, late, asked: note }, at(time));
    await runAt('26T00:01:00', 2, 100);
    await runAt('26T08:01:00', 1, 110);
    const before = asked.length;
    expect(before).toBeGreaterThan(1);
    await runAt('26T08:16:00', 1, 999);
    expect([asked.length, size()]).toEqual([before, 110]);
    await runAt('27T00:01:00', 2, 110);
    expect(asked.length).toBeGreaterThan(before);
  });

  test('notes when a constant changed, was added or went, with the last recording that saw it otherwise', async () => {
    const store = new MemoryStore();
    await runOnce(store, ['shop'], { values }, at('26T10:01:00'));
    await runOnce(store, ['shop'], { values }, at('26T10:16:00'));
    const later = { shop: { 'Mail.Host': 'z', 'Mail.New': '1' } };
    await runOnce(store, ['shop'], { values: later }, at('26T10:31:00'));
    const { constants, changes: noted } = changes(store, 'shop');
    const when = { changed_at: '2026-11-26T10:31:00Z', changed_after: '2026-11-26T10:16:00Z' };
    expect(noted).toEqual([
      { name: 'Mail.Host', change: 'changed', ...when },
      { name: 'Mail.New', change: 'added', ...when },
      { name: 'Mail.Port', change: 'removed', ...when },
    ]);
    expect(constants['Mail.Host']).toMatchObject(when);
    expect(Object.keys(constants)).toEqual(['Mail.Host', 'Mail.New']);
    const rows = (await history(store, 'micro_flow_constants', 'shop')).filter(
      ({ figure }) => figure === 'constant_changed',
    );
    expect(rows.map(({ subject }) => subject)).toEqual(['Mail.Host', 'Mail.New', 'Mail.Port']);
  });

  test('takes another key of the fingerprints for no change, and what is set under it for one again', async () => {
    const store = new MemoryStore();
    await runOnce(store, ['shop'], { values }, at('26T10:01:00'));
    await runOnce(store, ['shop'], { values, fingerprintKey: 8 }, at('26T10:16:00'));
    const rekeyed = changes(store, 'shop');
    expect(rekeyed.changes).toEqual([]);
    expect(rekeyed.not_comparable_at).toBe('2026-11-26T10:16:00Z');
    expect(rekeyed.constants['Mail.Host']).toMatchObject({ not_comparable: true });
    // The same under the new key is no news.
    await runOnce(store, ['shop'], { values, fingerprintKey: 8 }, at('26T10:31:00'));
    expect(changes(store, 'shop')).toEqual(rekeyed);
    const later = { shop: { 'Mail.Host': 'z', 'Mail.Port': '25', 'Mail.New': '1' } };
    await runOnce(store, ['shop'], { values: later, fingerprintKey: 8 }, at('26T10:46:00'));
    const { constants, changes: noted } = changes(store, 'shop');
    expect(noted.map(({ name, change }) => [name, change])).toEqual([
      ['Mail.Host', 'changed'],
      ['Mail.New', 'added'],
    ]);
    expect(constants['Mail.Host']).not.toHaveProperty('not_comparable');
    expect(constants['Mail.Port']).toMatchObject({ not_comparable: true });
    const rows = await history(store, 'micro_flow_constants', 'shop');
    expect(rows.filter(({ figure }) => figure === 'constant_changed').map(({ subject }) => subject)).toEqual([
      'Mail.Host',
      'Mail.New',
    ]);
  });

  test('takes a value that is masked from now on, and has another fingerprint for it, for no change', async () => {
    const store = new MemoryStore();
    await runOnce(store, ['shop'], { values }, at('26T10:01:00'));
    await runOnce(store, ['shop'], { values, secret: ['Mail.Host'] }, at('26T10:16:00'));
    const { constants, changes: noted } = changes(store, 'shop');
    expect(noted).toEqual([]);
    expect(constants['Mail.Host']).toMatchObject({ not_comparable: true });
    expect(constants['Mail.Port']).not.toHaveProperty('not_comparable');
  });

  test('takes a file that cannot be read for no change, and keeps the figures of before with the error', async () => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values }, at('26T10:01:00'));
    const outcome = await runOnce(store, NAMES, { values, unreadable: new Set(['shop']) }, at('26T10:16:00'));
    expect(outcome).toMatchObject({ recorded: 2, failed: 1 });
    expect(outcome.faults).toContainEqual({ source: 'server', reason: 'unreachable' });
    const view = latest(store, 'micro_flow_constants').environments;
    expect(view['shop']?.['micro_flow_constants']).toMatchObject({
      tried_at: '2026-11-26T10:16:00Z',
      taken_at: '2026-11-26T10:01:00Z',
      error: { type: '/problems/database-unavailable', reason: 'unreachable' },
    });
    expect(view['crm']?.['micro_flow_constants']).toMatchObject({ taken_at: '2026-11-26T10:16:00Z', error: null });
    expect(changes(store, 'shop').changes).toEqual([]);
  });

  test('leaves out an environment that is not configured any more', async () => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values }, at('26T10:01:00'));
    await runOnce(store, ['crm'], { values }, at('26T10:16:00'));
    expect(Object.keys(latest(store, 'metrics').environments)).toEqual(['crm']);
  });
});

describe('two runs', () => {
  test('never overlap: the second finds the lease and leaves everything as it is', async () => {
    const store = new MemoryStore();
    let second: Promise<unknown> | null = null;
    const asked = () => {
      second ??= runOnce(store, NAMES, { values, bytes: 7 }, new Date(), { run: 'second' });
    };
    const first = await runOnce(store, NAMES, { values, asked }, new Date(), { run: 'first' });
    expect(await second).toMatchObject({ ran: false, recorded: 0 });
    expect(first).toMatchObject({ ran: true, recorded: 2 });
    expect(store.objects.get(LEASE_KEY)?.toString()).toContain('"first"');
  });

  test('of one slot ask no source again, since the first may have been cut', async () => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values }, at('26T10:01:00'));
    const asked: string[] = [];
    const again = await runOnce(store, NAMES, { values, asked: (one) => void asked.push(one) }, at('26T10:09:00'));
    expect(again).toMatchObject({ recorded: 2, resumed: 2 });
    expect(asked).toEqual([]);
  });
});

describe('a run without time for all', () => {
  test('says how many it left, and the next begins with them', async () => {
    const store = new MemoryStore();
    const names = ['a', 'b', 'c', 'd'];
    const slow = { values, asked: () => new Promise<void>((resolve) => setTimeout(resolve, 40)) };
    // Ten seconds are kept for writing, so less than a tenth of one is left for asking.
    const cut = await runOnce(store, names, slow, at('26T10:01:00'), { seconds: 10.06, side_by_side: 1 });
    expect(cut.left).toBeGreaterThan(0);
    expect(cut.recorded + cut.left).toBe(4);
    const order: string[] = [];
    await runOnce(store, names, { values, asked: (one) => void order.push(one) }, at('26T10:16:00'), {
      side_by_side: 1,
    });
    const first = order.find((one) => one !== 'cloudwatch') ?? '';
    expect(names.indexOf(first)).toBe(cut.recorded);
  });
});

/** What the bucket holds, without the times at which it was written. */
async function contentOf(store: MemoryStore) {
  const rows = await Promise.all(
    [...store.objects]
      .filter(([key]) => key.endsWith('.parquet'))
      .map(async ([key, body]) => [key, (await decodeHistory(body)).map(({ taken_at: _, ...row }) => row)] as const),
  );
  const views = ['bucket_size', 'micro_flow_constants', 'metrics'].map((view) =>
    JSON.stringify(latest(store, view).environments).replaceAll(/"(tried|taken)_at":"[^"]+"/g, ''),
  );
  const changed = NAMES.map((name) =>
    changes(store, name).changes.map(({ name: constant, change }) => [constant, change]),
  );
  return { rows: rows.toSorted(([a], [b]) => (a < b ? -1 : 1)), views, changed };
}

describe('a run that is killed between any two writes', () => {
  const later: Values = { shop: { 'Mail.Host': 'changed', 'Mail.Port': '25' }, crm: { 'Mail.Host': 'b' } };
  const dayBefore = async () => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values }, at('25T10:01:00'));
    store.written.length = 0;
    return store;
  };

  test('leaves a whole record after the next run, and no figure twice', async () => {
    const whole = await dayBefore();
    await runOnce(whole, NAMES, { values: later, bytes: 200 }, at('26T10:01:00'));
    const expected = await contentOf(whole);
    const writes = whole.written.length;
    // Lease, two histories, changes of one, memory of two environments, five views, the lease again.
    expect(writes).toBeGreaterThan(11);

    for (const after of [false, true]) {
      for (let write = 0; write < writes; write++) {
        const store = await dayBefore();
        store.killAt(write, after);
        await expect(runOnce(store, NAMES, { values: later, bytes: 200 }, at('26T10:01:00'))).rejects.toThrow(Killed);
        const remains = store.remains();
        // Past the lease of the killed run: by then Lambda has ended it.
        await runOnce(remains, NAMES, { values: later, bytes: 200 }, at('26T10:16:00'));
        expect(await contentOf(remains), `killed ${after ? 'after' : 'before'} write ${write}`).toEqual(expected);
      }
    }
  });

  test('holds its lease until Lambda would have ended it, and no longer', async () => {
    const store = new MemoryStore();
    store.killAt(1, false);
    const now = new Date();
    await expect(runOnce(store, NAMES, { values }, now)).rejects.toThrow(Killed);
    const next = store.remains();
    expect(await runOnce(next, NAMES, { values }, new Date(now.getTime() + 30_000))).toMatchObject({ ran: false });
    expect(await runOnce(next, NAMES, { values }, new Date(now.getTime() + 66_000))).toMatchObject({ ran: true });
  });
});

describe('an object that cannot be read', () => {
  test.each([
    ['cut', (body: Buffer) => body.subarray(0, body.length - 20)],
    ['no gzip', () => Buffer.from('{}')],
    ['of another shape', () => packed({ schema_version: 1, environments: 7 })],
  ])('being %s is written anew', async (_, damage) => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values }, at('25T10:01:00'));
    for (const [key, body] of store.objects) if (key !== LEASE_KEY) store.objects.set(key, damage(body));
    await runOnce(store, NAMES, { values }, at('26T10:01:00'));
    expect(latest(store, 'bucket_size').environments['shop']?.['bucket_size']?.error).toBeNull();
    expect((await history(store, 'bucket_size', 'shop')).map(({ date }) => date)).toEqual(['2026-11-26', '2026-11-26']);
  });

  test('of a newer schema is left as it is, and the run fails', async () => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values }, at('25T10:01:00'));
    const newer = packed({ schema_version: 2, all: 'new' });
    store.objects.set(latestKey('users'), newer);
    await expect(runOnce(store, NAMES, { values }, at('26T10:01:00'))).rejects.toThrow('newer-schema');
    expect(store.objects.get(latestKey('users'))).toEqual(newer);
  });
});
