/** How many rows the server touches for the second look at some keys, whatever it believes of its tables. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askAgain } from '../../../../lambdas/mendix/files/ask-again.ts';
import { type FileQueries, readFileCatalog } from '../../../../lambdas/mendix/files/catalog.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { EMPTY_STATISTICS, rowsTouchedBy, type Statement } from '../../../query-plan.ts';

const DOCUMENTS = 20_000;
const QUEUED = 50;
/** Of a key: itself, its document, both as the index, the loop and the union hand them on. */
const ROWS_A_KEY = 7;

const SCHEMA = `
CREATE TABLE "mendixsystem$entity" (id text, entity_name text, table_name text);
INSERT INTO "mendixsystem$entity" VALUES ('1', 'System.FileDocument', 'system$filedocument'),
  ('2', 'System.UnreferencedFile', 'system$unreferencedfile');
CREATE TABLE "system$filedocument" (id bigint PRIMARY KEY, hascontents boolean, size bigint, __uuid__ varchar(36), createddate timestamp);
CREATE INDEX by_uuid ON "system$filedocument" (__uuid__);
CREATE TABLE "system$unreferencedfile" (id bigint PRIMARY KEY, filekey varchar(36), state varchar(8));
INSERT INTO "system$filedocument" SELECT i, true, i, '', now() FROM generate_series(1, ${DOCUMENTS}) i`;

const FILL = [
  `UPDATE "system$filedocument" SET __uuid__ = 'd-' || id`,
  `INSERT INTO "system$unreferencedfile" SELECT i, 'q-' || i, 'Deleted' FROM generate_series(1, ${QUEUED}) i`,
];

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await freshDatabase();
  await database.query(SCHEMA);
  // The planner's knowledge is of a time when no file had a key yet: one value, which every row has.
  await database.query('ANALYZE');
  for (const statement of FILL) await database.query(statement);
  client = new Client({ connectionString: database.url });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Keys of documents at both ends and of the queue, and some that nobody has. */
function keys(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => [`d-${i + 1}`, `d-${DOCUMENTS - i}`, `q-${i + 1}`, `none-${i}`][i % 4] ?? '',
  );
}

async function secondLook(uuids: readonly string[]) {
  const statements: Statement[] = [];
  const queries: FileQueries = {
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      statements.push({ text, values });
      return (await client.query<Row>(text, [...values])).rows;
    },
    each: () => Promise.reject(new Error('the second look holds all its rows')),
  };
  const catalog = await readFileCatalog(queries, 'shop-db');
  const known = await askAgain(queries, catalog, uuids);
  let rows = 0;
  for (const statement of statements.slice(1)) rows += await rowsTouchedBy(client, statement);
  return { known: new Set(known.map(({ uuid }) => uuid)), rows };
}

const expected = (uuids: readonly string[]) =>
  new Set(uuids.filter((uuid) => uuid.startsWith('d-') || (uuid.startsWith('q-') && Number(uuid.slice(2)) <= QUEUED)));

test.each([
  ['statistics of a time without keys', []],
  ['fresh statistics', ['ANALYZE']],
  ['no statistics', EMPTY_STATISTICS],
])('with %s, a key costs a look into the index and no other document', async (_, changes) => {
  for (const change of changes) await database.query(change);
  for (const count of [1, 100, 1_000]) {
    const uuids = keys(count);
    const { known, rows } = await secondLook(uuids);
    expect(known).toEqual(expected(uuids));
    expect(rows, `${count} keys`).toBeLessThan(ROWS_A_KEY * count + 4 * QUEUED);
  }
});

test('without an index, all keys together cost one pass over the documents', async () => {
  await database.query('DROP INDEX by_uuid');
  for (const change of ['ANALYZE', ...EMPTY_STATISTICS]) {
    await database.query(change);
    const uuids = keys(1_000);
    const { known, rows } = await secondLook(uuids);
    expect(known).toEqual(expected(uuids));
    expect(rows, change).toBeLessThan(1.5 * DOCUMENTS);
  }
});
