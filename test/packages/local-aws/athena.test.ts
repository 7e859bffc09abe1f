/** The local Athena over its own protocol: whose rights count, what a token and a kept answer are, what is stopped. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AthenaService, startAthena } from '@mrt/local-aws/athena/service.ts';
import { Bucket } from '@mrt/local-aws/s3/store.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../../lambdas/context.ts';
import { AthenaQueries } from '../../../lambdas/upstreams/athena/queries.ts';
import { actAs } from '../../lambdas/process-credentials.ts';
import { EVERYTHING, principal } from './iam/principal.ts';
import { iamWith, REGION } from './s3/client.ts';

const statement = (Action: string[], Resource = '*') => ({ Effect: 'Allow' as const, Action, Resource });
const everybody = principal([EVERYTHING]);
/** May start queries, and read nothing that they read. */
const poor = principal([statement(['athena:*'])], { accessKeyId: 'ASIAPOORPOORPOORPOOR' });
const stranger = principal([statement(['s3:*', 'glue:*'])], { accessKeyId: 'ASIASTRASTRASTRASTRA' });
const iam = iamWith(everybody);
for (const one of [poor, stranger]) iam.register(one);

let athena: AthenaService;
beforeAll(async () => {
  athena = await startAthena({
    iam,
    deployed: {
      workgroups: [
        { name: 'small', output: 's3://answers/', maxScannedBytes: 10 },
        { name: 'own', output: 's3://answers/', maxScannedBytes: null },
      ],
      tables: [
        {
          database: 'reports',
          name: 'one',
          columns: [{ name: 'key', type: 'string' }],
          partitions: ['dt'],
          location: 's3://reports/$' + '{dt}/',
          injected: 'dt',
          isSymlink: false,
          format: 'csv',
        },
      ],
    },
    place: { stackName: 'test', account: '000000000000', region: REGION },
    store: new Map(
      [
        new Bucket({ name: 'answers', region: REGION, objects: [] }),
        new Bucket({
          name: 'reports',
          region: REGION,
          objects: [object('today/a.csv', '"one"\n"two, and more"\n')],
        }),
      ].map((bucket) => [bucket.name, bucket]),
    ),
    directory: mkdtempSync(join(tmpdir(), 'mrt-athena-')),
  });
});
afterAll(() => athena.stop());
beforeEach(() => {
  athena.executions.forget();
  athena.executions.delay_ms = 0;
  athena.faults.clear();
});

function object(key: string, text: string) {
  const body = Buffer.from(text);
  const more = { etag: '"e"', storage_class: 'STANDARD', version_id: 'null', last_modified: new Date() };
  return { key, body, size: body.length, ...more };
}

const SQL = `SELECT "key" FROM "reports"."one" WHERE dt = 'today' ORDER BY 1`;
const TOKEN = 'token-that-has-thirty-two-letters';

/** Asks as the functions do. */
async function asking<T>(who: typeof everybody, work: (queries: AthenaQueries) => Promise<T>): Promise<T> {
  const restore = actAs(who, { AWS_ENDPOINT_URL_ATHENA: athena.address.href });
  const context: Context = { deadline: new Deadline(Date.now() + 60_000), timing: new Timing() };
  try {
    return await work(new AthenaQueries(REGION, context));
  } finally {
    restore();
  }
}

const start = (queries: AthenaQueries, more: Partial<Parameters<AthenaQueries['start']>[0]> = {}) =>
  queries.start({ sql: SQL, workgroup: 'own', token: TOKEN, reuse_minutes: 60, ...more });

async function ended(queries: AthenaQueries, id: string) {
  for (;;) {
    const state = await queries.stateOf(id);
    if (state.state !== 'running') return state;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a query runs, its rows are read, and its answer lies in the bucket of the workgroup', async () => {
  const rows = await asking(everybody, async (queries) => {
    const id = await start(queries);
    expect(await ended(queries, id)).toMatchObject({ state: 'succeeded', reused: false });
    return queries.rowsOf(id);
  });
  expect(rows).toEqual([{ key: 'one' }, { key: 'two, and more' }]);
});

describe('is paid once', () => {
  test('with the same token, which starts one query', async () => {
    await asking(everybody, async (queries) => expect(await start(queries)).toBe(await start(queries)));
    expect(athena.executions.all()).toHaveLength(1);
  });

  test('with another token and the same text, while an answer is kept', async () => {
    await asking(everybody, async (queries) => {
      const first = await ended(queries, await start(queries));
      const again = await start(queries, { token: `${TOKEN}-2` });
      // The answer is the first one's, its object too.
      expect(await ended(queries, again)).toEqual({ ...first, bytes_scanned: 0, reused: true });
      const other = await start(queries, { token: `${TOKEN}-3`, sql: SQL.replace('ORDER BY 1', '') });
      expect(await ended(queries, other)).toMatchObject({ reused: false });
    });
  });

  test('and a token is refused with another text', async () => {
    await asking(everybody, async (queries) => {
      await start(queries);
      await expect(start(queries, { sql: `${SQL} LIMIT 1` })).rejects.toMatchObject({ reason: 'refused' });
    });
  });
});

describe('fails', () => {
  const failure = (who: typeof everybody, more: Partial<Parameters<AthenaQueries['start']>[0]> = {}) =>
    asking(who, async (queries) => {
      const state = await ended(
        queries,
        await start(queries, { token: `${TOKEN}-${athena.executions.all().length}`, ...more }),
      );
      return state.state === 'failed' ? state.error : state;
    });

  test('where the caller may ask Athena and not read what the query reads', async () => {
    expect(await failure(poor)).toMatchObject({ name: 'InventoryUnavailableError', reason: 'not-permitted' });
  });

  test('where it would read more than the workgroup lets it', async () => {
    expect(await failure(everybody, { workgroup: 'small' })).toMatchObject({ reason: 'over-limit' });
  });

  test('where no partition is named, or the text is no SQL', async () => {
    expect(await failure(everybody, { sql: 'SELECT * FROM "reports"."one"' })).toMatchObject({ reason: 'failed' });
    expect(await failure(everybody, { sql: 'SELEC 1' })).toMatchObject({ reason: 'failed' });
  });

  test('where it would read the machine', async () => {
    expect(await failure(everybody, { sql: "SELECT * FROM read_text('/etc/hostname')" })).toMatchObject({
      reason: 'failed',
    });
  });
});

test('who may not ask Athena is refused, and told neither ARN nor SQL', async () => {
  const refusal = asking(stranger, (queries) => start(queries));
  await expect(refusal).rejects.toMatchObject({ reason: 'access-denied', message: 'athena: access-denied' });
});

test.each([
  ['throttled', { name: 'UpstreamThrottledError' }],
  ['failed', { reason: 'failed' }],
  ['denied', { reason: 'access-denied' }],
] as const)('when Athena answers %s, that is said', async (kind, expected) => {
  athena.faults.inject({ kind, every: 1 });
  await expect(asking(everybody, (queries) => start(queries))).rejects.toMatchObject(expected);
});

test('a query that somebody stops is stopped, and one that has ended stays as it is', async () => {
  athena.executions.delay_ms = 200;
  await asking(everybody, async (queries) => {
    const id = await start(queries);
    athena.executions.stop(id);
    expect(await ended(queries, id)).toEqual({ state: 'cancelled' });
    athena.executions.delay_ms = 0;
    const other = await start(queries, { token: `${TOKEN}-4` });
    await ended(queries, other);
    athena.executions.stop(other);
    expect(await ended(queries, other)).toMatchObject({ state: 'succeeded' });
  });
});
