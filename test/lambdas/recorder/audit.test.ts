/** The daily storage audit: in slices over several runs, after everything else, whole after any crash. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { partProblem } from '../../../lambdas/faults.ts';
import { decodeHistory } from '../../../lambdas/record/history-reader.ts';
import { parseEnvironmentState, parseLatest } from '../../../lambdas/record/latest.ts';
import { environmentKey, historyKey, latestKey } from '../../../lambdas/record/layout.ts';
import type { AskAudit } from '../../../lambdas/recorder/storage-audit.ts';
import type { Position } from '../../../lambdas/routes/storage_audit/position.ts';
import type { AuditAnswer } from '../../../lambdas/routes/storage_audit/subject.ts';
import { newTotals, totalsState } from '../../../lambdas/routes/storage_audit/totals.ts';
import { UpstreamFailedError } from '../../../lambdas/upstream-errors.ts';
import { Killed, MemoryStore } from './memory-store.ts';
import { runOnce } from './sample-run.ts';

const NAMES = ['shop', 'crm'];
const at = (time: string) => new Date(`2026-11-${time}Z`);
/** A key of an object as an upload may call it. */
const KEY = 'letters/jane.doe@example.com.pdf';

const count = (size_bytes: number) => ({ object_count: 1, size_bytes });

/** An answer as the route gives it. @param left slices after this one */
function answerOf(left: number, orphaned: number, errors: Partial<AuditAnswer['body']['errors']> = {}): AuditAnswer {
  const next: Position | null =
    left === 0
      ? null
      : {
          as_of: '2026-11-26T10:01:00Z',
          database: true,
          from: left,
          to: 16,
          ranges: [[KEY, null, null]],
          totals: totalsState(newTotals()),
        };
  const whole = left === 0 && Object.keys(errors).length === 0;
  return {
    body: {
      environment: 'shop',
      source: 'listing+postgresql',
      as_of: '2026-11-26T10:01:00Z',
      list: null,
      files: null,
      reconciliation: {
        bucket: 'shop-files',
        prefix: null,
        as_of: '2026-11-26T10:01:00Z',
        complete: whole,
        listed: count(100),
        referenced: count(70),
        pending_deletion: { ...count(3), by_state: [] },
        orphaned: { ...count(orphaned), by_storage_class: [] },
        too_young: count(4),
        missing: { file_count: 2, size_bytes: 5, by_entity: null },
        foreign: count(6),
        size_mismatch: { ...count(7), by_entity: null },
        report: null,
      },
      cost: { orphaned_per_month: null, unpriced: null },
      errors: { database: null, bucket: null, ...errors },
      complete: whole,
    },
    next,
    as_of: '2026-11-26T10:01:00Z',
    max_age: 0,
  };
}

/** Audits that take three slices each; `asked` are the positions that they were asked to go on from. */
function inSlices(slices: number, orphaned = 11) {
  const asked: (Position | null)[] = [];
  const audit: AskAudit = async ({ position }) => {
    const from = position !== null && 'from' in position ? position : null;
    asked.push(from);
    return answerOf((from?.from ?? slices) - 1, orphaned);
  };
  return { audit, asked };
}

const view = (store: MemoryStore, name = 'storage_audit') =>
  parseLatest(store.objects.get(latestKey(name)) ?? Buffer.alloc(0)).environments;
const history = async (store: MemoryStore, environment = 'shop') => {
  const file = store.objects.get(historyKey('storage_audit', environment, '2026-11'));
  return file === undefined ? [] : decodeHistory(file);
};

describe('an audit', () => {
  test('is a part of the newest figures, of the metrics and of the history, in bytes and objects by class', async () => {
    const store = new MemoryStore();
    const outcome = await runOnce(store, NAMES, { values: {}, audit: inSlices(1).audit }, at('26T10:01:00'));
    expect(outcome).toMatchObject({ audited: 2, failed: 0 });
    expect(view(store)['shop']?.['storage_audit']).toMatchObject({
      taken_at: '2026-11-26T10:01:00Z',
      complete: true,
      error: null,
      summary: { bucket: 'shop-files', orphaned: { size_bytes: 11 }, missing: { file_count: 2, size_bytes: 5 } },
      addends: [{ figures: { listed_bytes: 100, orphaned_bytes: 11, missing_files: 2 } }],
    });
    expect(view(store, 'metrics')['shop']?.['storage_audit']?.figures).toContainEqual({
      figure: 'storage_audit_bytes',
      labels: { class: 'orphaned' },
      value: 11,
    });
    // The other figures of the run are where they were before the audits began.
    expect(Object.keys(view(store, 'metrics')['shop'] ?? {})).toHaveLength(3);
    const rows = await history(store);
    expect(rows).toHaveLength(14);
    expect(rows).toContainEqual(
      expect.objectContaining({ figure: 'storage_audit_objects', subject: 'missing', value: 2 }),
    );
  });

  test('is taken once a day, and the day’s figures stay in every run’s views', async () => {
    const store = new MemoryStore();
    const { audit, asked } = inSlices(1);
    await runOnce(store, ['shop'], { values: {}, audit }, at('26T10:01:00'));
    await runOnce(store, ['shop'], { values: {}, audit }, at('26T10:16:00'));
    expect(asked).toHaveLength(1);
    expect(view(store)['shop']?.['storage_audit']?.taken_at).toBe('2026-11-26T10:01:00Z');
    await runOnce(store, ['shop'], { values: {}, audit }, at('27T00:01:00'));
    expect(asked).toHaveLength(2);
    expect(new Set((await history(store)).map(({ date }) => date))).toEqual(new Set(['2026-11-26', '2026-11-27']));
  });

  test('once a day gives its environment no turn before those that wait as long', async () => {
    const store = new MemoryStore();
    const sources = { values: {}, audit: inSlices(1).audit, audited: ['shop'] };
    const order: string[] = [];
    const asked = (source: string) => void order.push(source);
    for (const time of ['26T10:01:00', '26T10:16:00']) await runOnce(store, ['crm', 'shop'], sources, at(time));
    await runOnce(store, ['crm', 'shop'], { ...sources, asked }, at('26T10:31:00'), { side_by_side: 1 });
    expect(order.filter((source) => source !== 'cloudwatch')).toEqual(['crm', 'shop']);
  });

  test('that takes longer than its slice goes on in the next run, and no figure of a part is shown', async () => {
    const store = new MemoryStore();
    const { audit, asked } = inSlices(3);
    for (const time of ['26T10:01:00', '26T10:16:00']) {
      await runOnce(store, ['shop'], { values: {}, audit }, at(time));
      expect(view(store)['shop']).toEqual({});
      expect(await history(store)).toEqual([]);
    }
    await runOnce(store, ['shop'], { values: {}, audit }, at('26T10:31:00'));
    expect(asked.map((position) => position?.from ?? null)).toEqual([null, 2, 1]);
    expect(view(store)['shop']?.['storage_audit']?.taken_at).toBe('2026-11-26T10:31:00Z');
  });

  test('that was cut leaves no key of an object behind, in no byte', async () => {
    const store = new MemoryStore();
    await runOnce(store, ['shop'], { values: {}, audit: inSlices(3).audit }, at('26T10:01:00'));
    const memory = store.objects.get(environmentKey('shop')) ?? Buffer.alloc(0);
    expect(parseEnvironmentState(memory).audit).toEqual(expect.any(String));
    for (const [key, body] of store.objects) {
      const text = key.endsWith('.gz') ? gunzipSync(body).toString('utf8') : body.toString('latin1');
      expect(text).not.toContain('jane');
      expect(text).not.toContain(Buffer.from(KEY).toString('base64').slice(2, -4));
    }
  });

  test('whose position cannot be opened, as the key was changed, begins again', async () => {
    const store = new MemoryStore();
    const { audit, asked } = inSlices(3);
    await runOnce(store, ['shop'], { values: {}, audit }, at('26T10:01:00'));
    await runOnce(store, ['shop'], { values: {}, audit, key: 2 }, at('26T10:16:00'));
    expect(asked).toEqual([null, null]);
  });

  test('of which a side cannot be asked is that environment’s error, keeps the last good figures and is not tried again at once', async () => {
    const store = new MemoryStore();
    await runOnce(store, NAMES, { values: {}, audit: inSlices(1).audit }, at('25T10:01:00'));
    const problem = partProblem(new UpstreamFailedError('s3', 'access-denied'));
    let tries = 0;
    const audit: AskAudit = async ({ environment: { name } }) => {
      if (name !== 'shop') return answerOf(0, 12);
      tries += 1;
      return { ...answerOf(0, 0, { bucket: problem }), faults: [{ source: 's3', reason: 'access-denied' }] };
    };
    const outcome = await runOnce(store, NAMES, { values: {}, audit }, at('26T10:01:00'));
    expect(outcome.faults).toContainEqual({ source: 's3', reason: 'access-denied' });
    await runOnce(store, NAMES, { values: {}, audit }, at('26T10:16:00'));
    expect(tries).toBe(1);
    expect(view(store)['shop']?.['storage_audit']).toMatchObject({
      tried_at: '2026-11-26T10:01:00Z',
      taken_at: '2026-11-25T10:01:00Z',
      summary: { orphaned: { size_bytes: 11 } },
      error: { reason: 'access-denied' },
    });
    expect(view(store)['crm']?.['storage_audit']).toMatchObject({
      error: null,
      summary: { orphaned: { size_bytes: 12 } },
    });
    await runOnce(store, NAMES, { values: {}, audit }, at('26T11:16:00'));
    expect(tries).toBe(2);
  });

  test('begins after every environment has been recorded, so that a large bucket delays nobody’s figures', async () => {
    const store = new MemoryStore();
    const order: string[] = [];
    const audit: AskAudit = async ({ environment: { name } }) => {
      order.push(`audit of ${name}`);
      expect(parseLatest(store.objects.get(latestKey('bucket_size')) ?? Buffer.alloc(0)).environments).toHaveProperty(
        'crm',
      );
      return answerOf(0, 1);
    };
    await runOnce(store, NAMES, { values: {}, audit, asked: (one) => void order.push(one) }, at('26T10:01:00'));
    expect(order.slice(-2)).toEqual(['audit of shop', 'audit of crm']);
  });
});

describe('a run with audits that is killed between any two writes', () => {
  const sources = () => ({ values: {}, audit: inSlices(2).audit });
  /** What is left, but for the times; sealed positions are random bytes. */
  const contentOf = async (store: MemoryStore) => ({
    views: ['storage_audit', 'metrics'].map((name) =>
      JSON.stringify(view(store, name)).replaceAll(/"(tried|taken)_at":"[^"]+"/g, ''),
    ),
    rows: await Promise.all(NAMES.map((name) => history(store, name))).then((all) =>
      all.flat().map(({ taken_at: _, ...row }) => row),
    ),
  });

  test('leaves whole audits after the next runs, and no figure twice', async () => {
    const whole = new MemoryStore();
    await runOnce(whole, NAMES, sources(), at('26T10:01:00'));
    const writes = whole.written.length;
    await runOnce(whole, NAMES, sources(), at('26T10:16:00'));
    const all = whole.written.length;
    const expected = await contentOf(whole);
    expect(expected.rows).toHaveLength(28);
    // The second run ends both audits: two histories, two memories, two views.
    expect(all - writes).toBeGreaterThan(11);
    for (const after of [false, true]) {
      for (let write = 0; write < all; write++) {
        const store = new MemoryStore();
        store.killAt(write, after);
        const cut = async () => {
          await runOnce(store, NAMES, sources(), at('26T10:01:00'));
          await runOnce(store, NAMES, sources(), at('26T10:16:00'));
        };
        await expect(cut()).rejects.toThrow(Killed);
        const remains = store.remains();
        await runOnce(remains, NAMES, sources(), at('26T10:31:00'));
        await runOnce(remains, NAMES, sources(), at('26T10:46:00'));
        expect(await contentOf(remains), `killed ${after ? 'after' : 'before'} write ${write}`).toEqual(expected);
      }
    }
  });
});
