/** The table of all environments, and answers that are continued: no figure that nobody measured. */
import type { Answer, Api } from '@mrt/cli/api.ts';
import { fleet } from '@mrt/cli/listing/fleet.ts';
import { pagesOf, type Question } from '@mrt/cli/listing/pages.ts';
import { routeAt } from '@mrt/cli/routes.ts';
import { GatewayError } from '@mrt/client';
import { describe, expect, test } from 'vitest';

const { signal } = new AbortController();
const RECORD = { taken_at: '2026-11-26T09:00:00Z', age_s: null, reason: null };

/** An API that gives one answer for each path, or throws it; of another path it is the gateway's 404. */
function api(answers: Record<string, Answer | Error>): Api {
  return {
    get: async (path) => {
      const answer = answers[path];
      if (answer === undefined || answer instanceof Error)
        throw answer ?? new GatewayError('Not Found', 404, null, null);
      return { complete: true, next_cursor: null, record: RECORD, ...answer };
    },
    csv: () => Promise.reject(new Error('not asked for')),
  };
}

const environment = (name: string, summary: object | null, error: object | null = null) => ({
  environment: name,
  recorded_at: '2026-11-26T09:00:00Z',
  summary,
  error,
});
const GOOD = {
  '/bucket_size': {
    environments: [environment('a', { buckets: [{ size_bytes: 1 }, { size_bytes: 2 }] })],
    total: { size_bytes: 3 },
  },
  '/table_size': {
    environments: [environment('a', { database: { size_bytes: 5, server: { free_bytes: null } } })],
    total: { size_bytes: 5 },
  },
  '/users': {
    environments: [environment('a', { licence: { internal: 7, external: 0 } })],
    total: { internal: 7, external: 0 },
  },
  '/micro_flow_constants': {
    environments: [environment('a', { missing: 0, obsolete: 1 })],
    total: { missing: 0, obsolete: 1 },
  },
};

describe('the fleet', () => {
  test('says what an answer lacks that is not whole, and takes no count of constants for it', async () => {
    const lacking = {
      ...GOOD,
      '/table_size': {
        ...GOOD['/table_size'],
        environments: [
          environment('a', {
            database: { size_bytes: 5, server: { free_bytes: null } },
            missing: [{ what: 'free_bytes', reason: 'no-data' }],
          }),
        ],
        complete: false,
      },
      '/users': { ...GOOD['/users'], distinct: { identities: null, not_counted: ['a', 'b'] }, complete: false },
    };
    const { notes, complete } = await fleet(api(lacking), { environment: '*' }, signal);
    expect(complete).toBe(false);
    expect(notes).toEqual([
      'a, table_size: missing free_bytes (no-data)',
      'different people are not counted over a, b',
    ]);
  });

  test('stands side by side, route by route, with the total last', async () => {
    const { rows, notes, complete } = await fleet(api(GOOD), { environment: '*' }, signal);
    const figures = {
      bucket_bytes: 3,
      database_bytes: 5,
      internal_users: 7,
      external_users: 0,
      missing_constants: 0,
      obsolete_constants: 1,
    };
    expect(rows).toEqual([
      { environment: 'a', recorded_at: '2026-11-26T09:00:00Z', ...figures, free_bytes: null },
      { environment: 'total', ...figures },
    ]);
    expect([notes, complete]).toEqual([[], true]);
  });

  test('has no sum without one of its parts, and no figure where there is none', async () => {
    const broken = environment('b', null, { title: 'Upstream failed', detail: 'Try later.', source: 'b-db' });
    const { rows, notes, complete } = await fleet(
      api({
        ...GOOD,
        '/bucket_size': {
          environments: [environment('a', { buckets: [{ size_bytes: 1 }, { size_bytes: null }] })],
          total: { size_bytes: null },
        },
        '/users': { ...GOOD['/users'], environments: [...GOOD['/users'].environments, broken], complete: false },
      }),
      { environment: '*' },
      signal,
    );
    expect(rows.map(({ bucket_bytes }) => bucket_bytes)).toEqual([null, undefined, null]);
    expect(rows[1]).toMatchObject({ environment: 'b', internal_users: null });
    expect([notes, complete]).toEqual([['b, users: Upstream failed. Try later.'], false]);
  });

  test('leaves out what the caller may not read, and says so; what fails otherwise is an error', async () => {
    const refusal = new GatewayError('no scope', 403, null, null);
    const some = await fleet(api({ ...GOOD, '/users': refusal }), {}, signal);
    expect(some).toMatchObject({ notes: ['/users: no scope'], complete: false });
    expect(some.rows[0]).not.toHaveProperty('internal_users');
    const none = Object.fromEntries(Object.keys(GOOD).map((path) => [path, refusal]));
    await expect(fleet(api(none), {}, signal)).rejects.toBe(refusal);
    const failed = new GatewayError('down', 503, null, null);
    await expect(fleet(api({ ...GOOD, '/users': failed }), {}, signal)).rejects.toBe(failed);
  });

  test('has the DAGs of Airflows where there are any, and no word of them where the stage or the caller has none', async () => {
    const airflow = {
      environments: [environment('etl', { dags: { states: { failing: 2 }, late: null } })],
      total: { failing: 2, late: null },
    };
    const some = await fleet(api({ ...GOOD, '/airflow_health': airflow }), { environment: '*' }, signal);
    expect(some.columns.slice(-2)).toEqual(['failing_dags', 'late_dags']);
    expect(some.rows).toMatchObject([
      { environment: 'a', internal_users: 7 },
      { environment: 'etl', failing_dags: 2, late_dags: null },
      { environment: 'total', internal_users: 7, failing_dags: 2, late_dags: null },
    ]);
    for (const status of [403, 404]) {
      const none = { ...GOOD, '/airflow_health': new GatewayError('none', status, null, null) };
      expect(await fleet(api(none), { environment: '*' }, signal)).toMatchObject({
        columns: expect.not.arrayContaining(['failing_dags']),
        notes: [],
        complete: true,
      });
    }
    const down = new GatewayError('down', 503, null, null);
    await expect(fleet(api({ ...GOOD, '/airflow_health': down }), {}, signal)).rejects.toBe(down);
  });

  test('without an environment has no total, which would be 0, and says so', async () => {
    const nothing = Object.fromEntries(
      Object.keys(GOOD).map((path) => [path, { environments: [], total: { size_bytes: 0 } }]),
    );
    const { rows, notes } = await fleet(api(nothing), { label: ['stage:none'] }, signal);
    expect(rows).toEqual([]);
    expect(notes).toEqual(['no environment that you may read is like that']);
  });

  test('of a record that cannot be read says it once', async () => {
    const unread = {
      environments: [environment('a', null, { title: 'x', detail: 'y', source: 'record' })],
      total: {},
      record: { ...RECORD, taken_at: null, reason: 'missing' },
    };
    const { notes } = await fleet(api(Object.fromEntries(Object.keys(GOOD).map((path) => [path, unread]))), {}, signal);
    expect([...new Set(notes)]).toEqual(['the record: missing']);
  });
});

test('a listing that was cut off is one page: the last sums, and the prefixes of all', async () => {
  const route = routeAt('/bucket_size');
  if (route === undefined) throw new Error('the API has no /bucket_size');
  const part = (size_bytes: number, prefix: string) => ({ bucket: 'b', size_bytes, prefixes: [{ prefix }] });
  const answers: Answer[] = [
    { buckets: [part(10, 'x/')], total: { size_bytes: 10 }, complete: false, next_cursor: 'c' },
    { buckets: [part(30, 'y/')], total: { size_bytes: 30 }, complete: true, next_cursor: null },
  ];
  const one: Api = { ...api({}), get: async () => answers.shift() ?? {} };
  const question: Question = { route, query: {}, limit: null, continues: { key: 'bucket' }, signal, reason: undefined };
  const pages = [];
  for await (const page of pagesOf(question, { api: one, patientApi: one })) pages.push(page);
  expect(pages).toEqual([
    {
      answer: expect.objectContaining({ total: { size_bytes: 30 }, complete: true }),
      rows: [{ bucket: 'b', size_bytes: 30, prefixes: [{ prefix: 'x/' }, { prefix: 'y/' }] }],
    },
  ]);
});
