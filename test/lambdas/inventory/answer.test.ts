/** Asking a report: what is paid once, what goes on later, and what becomes of queries that fail. */
import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../lambdas/context.ts';
import { askReport, type TotalsQueries } from '../../../lambdas/inventory/answer.ts';
import { InventoryUnavailableError } from '../../../lambdas/upstream-errors.ts';
import type { Query, QueryState } from '../../../lambdas/upstreams/athena/queries.ts';
import { DT, questionOf } from './asked-report.ts';

const ROWS = [{ part: 'all' }];
const SUCCEEDED: QueryState = { state: 'succeeded', bytes_scanned: 10, reused: false, output: null };
const soon = () => new Deadline(Date.now() + 20_000);

/** Athena as far as a question needs it; a token starts one query. @param states by query, in the order of asking */
function athena(...states: QueryState[][]) {
  const started: Query[] = [];
  const queries: TotalsQueries = {
    async start(query) {
      const before = started.findIndex(({ token }) => token === query.token);
      if (before >= 0) return String(before);
      return String(started.push(query) - 1);
    },
    async stateOf(id) {
      const own = states[Number(id)] ?? [];
      return (own.length > 1 ? own.shift() : own[0]) ?? { state: 'running' };
    },
    rowsOf: async () => ROWS,
    stop: async () => undefined,
  };
  return { started, queries };
}

const ask = (queries: TotalsQueries, more: Partial<Parameters<typeof questionOf>[0]> = {}, deadline = soon()) =>
  askReport(questionOf(more), 'reports', null, queries, deadline);

test('the same question about the same report starts one query, and another one another', async () => {
  const { started, queries } = athena([SUCCEEDED], [SUCCEEDED]);
  expect(await ask(queries)).toBe(ROWS);
  expect(await ask(queries)).toBe(ROWS);
  expect(started).toHaveLength(1);
  await ask(queries, { rules: { depth: 1 } });
  expect(started).toHaveLength(2);
  expect(started[0]).toMatchObject({ workgroup: 'reports', reuse_minutes: 10_080 });
  expect(started[0]?.token).toMatch(/^[0-9a-f]{64}$/);
});

test('waits for a query, and gives it to the next request where the time is over', async () => {
  const { queries } = athena([{ state: 'running' }, { state: 'running' }, SUCCEEDED]);
  expect(await ask(queries, {}, soon())).toBe(ROWS);
  const { queries: slow } = athena([]);
  const running = await ask(slow, {}, new Deadline(Date.now() + 750));
  expect(running).toEqual({ id: '0', dt: DT });
});

test('the next request goes on with it and starts nothing', async () => {
  const { started, queries } = athena([SUCCEEDED]);
  expect(await askReport(questionOf({}), 'reports', { id: '0', dt: DT }, queries, soon())).toBe(ROWS);
  expect(started).toEqual([]);
});

test.each([
  ['is stopped', async (): Promise<void> => undefined],
  ['that cannot be stopped is left', (): Promise<void> => Promise.reject(new Error('refused'))],
] as const)('a query of an older report %s, and the newer report is asked', async (_, answer) => {
  const stopped: string[] = [];
  const { started, queries } = athena([SUCCEEDED]);
  const stopping: TotalsQueries = {
    ...queries,
    stop: (id) => {
      // Before the newer one is asked: Athena runs a number of queries at a time.
      expect(started).toEqual([]);
      stopped.push(id);
      return answer();
    },
  };
  const older = { id: 'of-yesterday', dt: '2026-11-25-01-00' };
  expect(await askReport(questionOf({}), 'reports', older, stopping, soon())).toBe(ROWS);
  expect([stopped, started.length]).toEqual([['of-yesterday'], 1]);
});

describe('a query that did not succeed', () => {
  test('of an earlier request is asked anew', async () => {
    const { started, queries } = athena([{ state: 'cancelled' }], [SUCCEEDED]);
    expect(await ask(queries)).toBe(ROWS);
    expect(new Set(started.map(({ sql }) => sql)).size).toBe(1);
    expect(new Set(started.map(({ token }) => token)).size).toBe(2);
  });

  test('just now is told, and not tried until it costs again', async () => {
    const error = new InventoryUnavailableError('unreadable');
    const { started, queries } = athena([{ state: 'running' }, { state: 'failed', error }]);
    await expect(ask(queries)).rejects.toBe(error);
    expect(started).toHaveLength(1);
  });

  test('again and again is told in the end', async () => {
    const { started, queries } = athena(...Array.from({ length: 9 }, (): QueryState[] => [{ state: 'cancelled' }]));
    await expect(ask(queries)).rejects.toMatchObject({ reason: 'cancelled' });
    expect(started.length).toBeLessThanOrEqual(4);
  });

  test('that the caller waited for is told as stopped', async () => {
    const { queries } = athena([{ state: 'cancelled' }]);
    const going = askReport(questionOf({}), 'reports', { id: '0', dt: DT }, queries, soon());
    await expect(going).rejects.toMatchObject({ reason: 'cancelled' });
  });
});
