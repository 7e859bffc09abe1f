/** What PostgreSQL really does for a page: how many rows it touches, at both ends, with statistics and without. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UsersRequest } from '../../../../lambdas/routes/users/request.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { EMPTY_STATISTICS, rowsTouchedBy } from '../../../query-plan.ts';
import { UsersReader } from '../../routes/users/reader.ts';

const USERS = 40_000;
const LIMIT = 100;
/** Ids as Mendix makes them, above those of the sample. */
const ID = '(999::bigint << 48) | (i::bigint << 7)';
const FILL = [
  `INSERT INTO "system$user" (id, name, active, blocked, isanonymous, webserviceuser, lastlogin, createddate)
   SELECT ${ID}, 'user' || i, true, false, false, false, '2026-10-01', '2026-01-01' FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "administration$account" (id, fullname, email) SELECT ${ID}, 'User', 'u@example.com' FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "system$userrole" (id, name) VALUES (7, 'Everybody'), (8, 'Few')`,
  `INSERT INTO "system$userroles" SELECT ${ID}, 7 FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "system$userroles" SELECT ${ID}, 8 FROM generate_series(1, ${USERS}, 50) AS i`,
  `INSERT INTO "system$user_language" SELECT ${ID}, (SELECT min(id) FROM "system$language") FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "system$userreportinfo" (id, usertype) SELECT i, 'External' FROM generate_series(1, ${USERS}) AS i`,
  `INSERT INTO "system$userreportinfo_user" SELECT i, ${ID} FROM generate_series(1, ${USERS}) AS i`,
];

let database: TestDatabase;
let reader: UsersReader;
let client: Client;
let last: string;

beforeAll(async () => {
  database = await freshDatabase('shop-prod');
  // Statistics of the small sample stay for now: they know nothing of what comes.
  for (const statement of FILL) await database.query(statement);
  await database.grantReader();
  reader = await UsersReader.as(database.readerUrl);
  client = new Client({ connectionString: database.url });
  await client.connect();
  const [row] = await database.query('SELECT id::text FROM "system$user" ORDER BY id DESC OFFSET 150 LIMIT 1');
  last = String(row?.['id']);
}, 60_000);
afterAll(async () => {
  await client.end();
  await reader.end();
  await database.drop();
});

/** Of all statements that the request makes. */
async function rowsTouched(parameters: UsersRequest['parameters'], after: string | null): Promise<number> {
  const from = reader.runs.length;
  await reader.ask({ parameters, limit: LIMIT, position: after === null ? null : { after } });
  let rows = 0;
  for (const run of reader.runs.slice(from).filter(({ text }) => text.includes('LIMIT'))) {
    rows += await rowsTouchedBy(client, run);
  }
  return rows;
}

test('a page reads ranges of what stands beside its users, whatever else than a filter is asked for', async () => {
  const statementOf = async (parameters: UsersRequest['parameters']) => {
    await reader.ask({ parameters, limit: LIMIT, scopes: ['mrt/users.read', 'mrt/users.profile'] });
    return reader.statements.findLast((text) => text.includes('LIMIT'));
  };
  const plain = await statementOf({});
  expect(plain).toContain('bounds');
  expect(await statementOf({ clear: true })).toBe(plain);
  expect(await statementOf({ count: 'none' })).toBe(plain);
  // A filter leaves gaps, and a range would read what stands beside those in between.
  expect(await statementOf({ active: true })).not.toContain('bounds');
});

describe.each([
  ['statistics that are older than the users', []],
  ['fresh statistics', ['ANALYZE']],
  ['no statistics', EMPTY_STATISTICS],
])('with %s', (_, statements) => {
  beforeAll(async () => {
    for (const statement of statements) await database.query(statement);
  });

  // Ten tables and their indexes, each node counted, so some forty rows of plan for each row of the page; a scan of one
  // whole table would be four hundred.
  test.each<[string, UsersRequest['parameters']]>([
    ['without filters', {}],
    ['of a role that everybody has', { role: 'Everybody' }],
    ['of a role that few have', { role: 'Few' }],
    ['of one login', { name: `user${USERS}` }],
  ])('a page %s touches some rows for each of its own, at the start and at the end', async (_name, parameters) => {
    for (const after of [null, last]) {
      expect(await rowsTouched(parameters, after), `after ${after}`).toBeLessThan(100 * LIMIT);
    }
  });

  test('a page that is searched for touches its windows, and a table of this size as a whole once at most', async () => {
    for (const parameters of [{ user_type: 'external' }, { kind: 'named' }] as const) {
      for (const after of [null, last]) {
        expect(await rowsTouched(parameters, after), JSON.stringify({ parameters, after })).toBeLessThan(2 * USERS);
      }
    }
  });
});

describe('over whole tables of which there are statistics', () => {
  beforeAll(async () => {
    await database.query('ANALYZE');
  });

  test.each<[string, UsersRequest['parameters']]>([
    ['a summary', { summary: true }],
    ['a count of a type', { user_type: 'external', count: 'exact' }],
  ])('%s gives each of its parts to a process of its own', async (_name, parameters) => {
    const from = reader.runs.length;
    await reader.ask({ parameters, limit: 1 });
    const run = reader.runs.slice(from).findLast(({ text }) => text.includes('count(DISTINCT l.'));
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${run?.text}`, [...(run?.values ?? [])]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Parallel Append');
    expect(plan.match(/Gather/g), plan).toHaveLength(1);
  });
});
