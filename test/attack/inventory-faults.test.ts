/** Faults of Athena: the row says what is wrong and has no figure, and the next request after the fault is answered well. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Json, type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';
import { withdrawFromEndpoint, withdrawFromRole } from '../end-to-end/withdrawn-permission.ts';
import { deliver, reportOfOne } from './delivered-report.ts';

const INVENTORY = '/bucket_size?environment=shop-prod&source=inventory&limit=1';
let system: RunningSystem;

beforeAll(async () => {
  system = await sharedSystem();
});
afterEach(() => {
  system.athena?.faults.clear();
  athena().executions.delay_ms = 0;
});
afterAll(() => system.end());

function athena() {
  if (system.athena === null) throw new Error('there is no Athena');
  return system.athena;
}

/** The first row of an answer from functions and an Athena that know nothing of earlier ones. */
async function asked(target = INVENTORY): Promise<{ row: Json; json: Json; status: number }> {
  system.functions.restart();
  athena().executions.forget();
  const { status, json } = await system.ask(target);
  return { status, json, row: (json['buckets'] as Json[])[0] as Json };
}

async function answersAgain(): Promise<void> {
  athena().faults.clear();
  athena().executions.delay_ms = 0;
  const { row } = await asked();
  expect([row['complete'], row['error']]).toEqual([true, null]);
  expect(row['object_count']).toBeGreaterThan(0);
}

test.each([
  ['throttled', 'upstream-throttled'],
  ['denied', 'upstream-failed'],
  ['failed', 'upstream-failed'],
  ['silent', 'upstream-timeout'],
] as const)('Athena that is %s throughout leaves a row without figures that says so', async (kind, slug) => {
  athena().faults.inject({ kind, every: 1 });
  const { status, row } = await asked(`${INVENTORY}&budget_s=4`);
  expect(status).toBe(200);
  expect(row).toMatchObject({ size_bytes: null, object_count: null, inventory: null, complete: false });
  expect(row['error']).toMatchObject({ type: `/problems/${slug}`, source: 'athena' });
  await answersAgain();
});

test('a query that is slow goes on by the cursor, and is not paid twice', async () => {
  athena().executions.delay_ms = 4_000;
  const { row, json } = await asked(`${INVENTORY}&budget_s=3`);
  expect(row).toMatchObject({ size_bytes: null, complete: false });
  const next = await system.ask(`${INVENTORY}&cursor=${encodeURIComponent(String(json['next_cursor']))}`);
  expect((next.json['buckets'] as Json[])[0]).toMatchObject({ complete: true, error: null });
  expect(athena().executions.all()).toHaveLength(1);
});

describe('a query whose report a newer one follows', () => {
  // A cold start is not to be paid out of the short budget below.
  beforeAll(async () => void (await system.ask(INVENTORY)));

  /** Goes on by the cursor of a query that is far from its end, when there is a newer report. */
  async function followed(): Promise<{ row: Json; states: string[] }> {
    athena().executions.forget();
    athena().executions.delay_ms = 15_000;
    const begun = await system.ask(`${INVENTORY}&budget_s=2`);
    expect((begun.json['buckets'] as Json[])[0]).toMatchObject({ complete: false, error: null });
    athena().executions.delay_ms = 0;
    const takeAway = deliver(system, reportOfOne(new Date(Date.now() + 60_000)), () => true);
    try {
      const cursor = encodeURIComponent(String(begun.json['next_cursor']));
      const { json } = await system.ask(`${INVENTORY}&cursor=${cursor}`);
      const states = athena()
        .executions.all()
        .map(({ state }) => state);
      return { row: (json['buckets'] as Json[])[0] as Json, states };
    } finally {
      takeAway();
    }
  }

  test('is stopped, and the newer one is answered', async () => {
    const { row, states } = await followed();
    expect(row).toMatchObject({ complete: true, error: null, object_count: 1, size_bytes: 7 });
    expect(states).toEqual(['CANCELLED', 'SUCCEEDED']);
  });

  test.each([
    ['role', () => withdrawFromRole(system, 'bucket_size', 'athena:StopQueryExecution')],
    ['endpoint', () => withdrawFromEndpoint(system, 'athena', 'athena:StopQueryExecution')],
  ] as const)(
    'goes on where the %s does not let it be stopped, which is no fault of the answer',
    async (_, withdraw) => {
      const giveBack = withdraw();
      try {
        const { row, states } = await followed();
        expect(row).toMatchObject({ complete: true, error: null, object_count: 1 });
        expect(states).toEqual(['QUEUED', 'SUCCEEDED']);
      } finally {
        giveBack();
      }
    },
  );
});

test('an audit waits on for the keys of a report, by the cursor, and its query is not paid twice', async () => {
  athena().executions.forget();
  athena().executions.delay_ms = 3_000;
  const target = '/storage_audit?environment=pet-shop-prod&source=inventory';
  const token = await system.token({ client: 'pet-shop-client' });
  const { json } = await system.ask(`${target}&budget_s=2`, { token });
  expect(json).toMatchObject({ reconciliation: null, complete: false, errors: { bucket: null } });
  const cursor = encodeURIComponent(String(json['next_cursor']));
  const next = await system.ask(`${target}&cursor=${cursor}`, { token });
  expect(next.json).toMatchObject({ complete: true, errors: { database: null, bucket: null } });
  expect(athena().executions.all()).toHaveLength(1);
});

test('an audit whose report cannot be asked says so on the bucket’s side, and the database’s figures stand', async () => {
  athena().executions.forget();
  athena().faults.inject({ kind: 'denied', every: 1 });
  const { status, json } = await system.ask('/storage_audit?environment=shop-prod&source=inventory');
  expect(status).toBe(200);
  expect(json).toMatchObject({ reconciliation: null, cost: null, complete: false, errors: { database: null } });
  expect((json['errors'] as Json)['bucket']).toMatchObject({ source: 'athena', reason: 'access-denied' });
  expect((json['files'] as Json)['file_count']).toBeGreaterThan(0);
});
