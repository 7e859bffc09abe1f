/** One side that cannot be asked leaves the other: what needs both is null, never 0. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { uuids } from './any-world.ts';
import { FilesApp } from './files-app.ts';

let app: FilesApp;
beforeAll(async () => {
  app = await FilesApp.open();
  const document = { uuid: uuids[0] ?? null, size: 5, has_contents: true, entity: 'Sales.Invoice' };
  await app.fill(
    [document],
    [],
    [
      { key: uuids[1] ?? '', size: 5, hours: 100 },
      { key: 'export.csv', size: 7, hours: 100 },
    ],
  );
});
afterAll(() => app.close());

const UNKNOWN = {
  referenced: null,
  pending_deletion: null,
  orphaned: null,
  too_young: null,
  missing: null,
  size_mismatch: null,
};

test('without a Mendix database only foreign keys are told', async () => {
  await app.client.query('ALTER TABLE "mendixsystem$entity" RENAME TO away');
  const { body, next } = await app.ask();
  await app.client.query('ALTER TABLE away RENAME TO "mendixsystem$entity"');
  expect(body.errors).toMatchObject({ database: { reason: 'not-a-mendix-database' }, bucket: null });
  expect([body.files, body.complete, next]).toEqual([null, false, null]);
  expect(body.reconciliation).toMatchObject({
    ...UNKNOWN,
    foreign: { object_count: 1, size_bytes: 7 },
    complete: false,
  });
  expect(body.cost?.orphaned_per_month).toBeNull();
});

test('a schema without storage keys gives its figures, and nothing is called orphaned', async () => {
  await app.client.query('ALTER TABLE "system$filedocument" RENAME COLUMN __uuid__ TO other');
  const { body } = await app.ask();
  await app.client.query('ALTER TABLE "system$filedocument" RENAME COLUMN other TO __uuid__');
  expect(body.errors.database).toMatchObject({ reason: 'no-storage-keys' });
  expect(body.files).toMatchObject({ file_count: 1, without_key: null });
  expect(body.reconciliation).toMatchObject({ ...UNKNOWN, listed: { object_count: 2 } });
});

test('without the bucket the database’s figures are there', async () => {
  app.bucket = { bucket: 'nowhere' };
  const { body } = await app.ask();
  app.bucket = {};
  expect(body.errors).toMatchObject({ database: null, bucket: { reason: 'not-found' } });
  expect(body.files).toMatchObject({ file_count: 1, size_bytes: 5 });
  expect([body.reconciliation, body.cost, body.complete]).toEqual([null, null, false]);
});

test('a bucket that answers nothing but errors is not an empty one', async () => {
  app.endpoint.faults.inject({ kind: 'failed', every: 1 });
  const { body, next } = await app.ask({ milliseconds: 3_000 });
  await expect(app.ask({ milliseconds: 3_000, parameters: { list: 'foreign' } })).rejects.toMatchObject({
    source: 's3',
  });
  app.endpoint.faults.clear();
  expect(body.errors).toMatchObject({ database: null, bucket: { source: 's3' } });
  expect(body.files).toMatchObject({ file_count: 1, size_bytes: 5 });
  expect([body.reconciliation, body.cost, body.complete, next]).toEqual([null, null, false, null]);
});

test('with both, all is told', async () => {
  const { body } = await app.ask();
  expect(body.complete).toBe(true);
  expect(body.reconciliation).toMatchObject({ orphaned: { object_count: 1 }, missing: { file_count: 1 } });
});

test('the keys that S3 waits for are asked for before the figures, which nothing waits for', async () => {
  const statements: string[] = [];
  const each = vi.spyOn(app, 'each').mockImplementation((text, values, onRow) => {
    statements.push('keys');
    return FilesApp.prototype.each.call(app, text, values, onRow as (row: object) => void);
  });
  const query = vi.spyOn(app, 'query').mockImplementation((text, values) => {
    if (text.includes('GROUP BY')) statements.push('figures');
    return FilesApp.prototype.query.call(app, text, values) as Promise<never>;
  });
  const { body } = await app.ask();
  each.mockRestore();
  query.mockRestore();
  expect(body.complete).toBe(true);
  expect(statements).toEqual(['keys', 'figures']);
});

const DOCUMENTS = ['id', 'size', 'hascontents', 'createddate', '__uuid__', 'submetaobjectname'];
const QUEUE = ['id', 'filekey', 'state'];
test.each([
  ...DOCUMENTS.map((column) => ['system$filedocument', column, DOCUMENTS]),
  ...QUEUE.map((column) => ['system$unreferencedfile', column, QUEUE]),
] as [string, string, string[]][])(
  'of %s, without the grant of %s alone, the database’s side is null with that reason',
  async (table, missing, columns) => {
    const others = columns.filter((column) => column !== missing);
    const { client } = app;
    await client.query(`CREATE ROLE audit_reader; GRANT SELECT ON ALL TABLES IN SCHEMA public TO audit_reader;
      REVOKE SELECT ON "${table}" FROM audit_reader; GRANT SELECT (${others.join(', ')}) ON "${table}" TO audit_reader;
      SET ROLE audit_reader`);
    const { body } = await app.ask();
    await client.query('RESET ROLE; DROP OWNED BY audit_reader; DROP ROLE audit_reader');
    expect(body.errors).toMatchObject({ database: { reason: 'grant-missing', table }, bucket: null });
    expect([body.files, body.complete]).toEqual([null, false]);
    expect(body.reconciliation).toMatchObject({ ...UNKNOWN, listed: { object_count: 2 }, complete: false });
  },
);
