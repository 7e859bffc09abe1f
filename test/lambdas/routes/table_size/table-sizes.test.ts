import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { route } from '../../../../lambdas/routes/table_size/route.ts';
import { DatabaseUnavailableError } from '../../../../lambdas/upstream-errors.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { ask, askAll, type Reader, readerOf } from './reader.ts';

describe('a Mendix app', () => {
  let database: TestDatabase;
  let reader: Reader;
  beforeAll(async () => {
    database = await freshDatabase('shop-prod');
    await database.grantReader();
    await database.query('ANALYZE');
    await database.query('CREATE TABLE "440f7a305dcf46eab8af9b1e9634d887" (id bigint)');
    await database.query('CREATE TABLE legacy_import (id bigint)');
    await database.query('CREATE SCHEMA reporting');
    await database.query('CREATE TABLE reporting."sales$order" (id bigint)');
    reader = await readerOf(database.readerUrl);
  });
  afterAll(async () => {
    await reader.end();
    await database.drop();
  });

  test('the answer is what the route declares', async () => {
    const { body } = await ask(reader);
    expect({ ...route.answer.parse(body), complete: true }).toEqual(body);
    const summary = await ask(reader, { parameters: { summary: true } });
    expect({ ...route.answer.parse(summary.body), complete: true }).toEqual(summary.body);
  });

  test('every table is there once, to the byte what pg_total_relation_size says, largest first', async () => {
    const { body } = await ask(reader, { limit: 1000 });
    const expected =
      await database.query(`SELECT n.nspname AS schema, c.relname AS table, pg_total_relation_size(c.oid)::float8 AS total_bytes,
        pg_indexes_size(c.oid)::float8 AS index_bytes,
        coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)::float8 AS toast_bytes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema')`);
    const figures = (body.tables ?? []).map(({ schema, table, total_bytes, index_bytes, toast_bytes }) => ({
      schema,
      table,
      total_bytes,
      index_bytes,
      toast_bytes,
    }));
    const byName = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    expect(figures.filter(({ table }) => table !== 'bi_daily_sales').sort(byName)).toEqual(expected.sort(byName));
    expect(figures.map((row) => row.total_bytes)).toEqual(figures.map((row) => row.total_bytes).sort((a, b) => b - a));
    for (const row of body.tables ?? []) {
      expect(row.exact).toBe(true);
      expect(row.table_bytes + row.index_bytes + row.toast_bytes).toBe(row.total_bytes);
    }
    expect(body.order_certain).toBe(true);
    expect(body.complete).toBe(true);
  });

  test('names come from the catalog, kinds by its rules', async () => {
    const { body } = await ask(reader, { limit: 1000 });
    const row = (table: string, schema = 'public') =>
      body.tables?.find((each) => each.table === table && each.schema === schema);
    expect(row('sales$order')).toMatchObject({ entity: 'Sales.Order', module: 'Sales', kind: 'entity' });
    expect(row('administration$account')).toMatchObject({
      entity: 'Administration.Account',
      generalization: 'System.User',
      kind: 'entity',
    });
    expect(row('system$userroles')).toMatchObject({
      entity: null,
      association: 'System.UserRoles',
      module: 'System',
      kind: 'association',
    });
    expect(row('mendixsystem$entity')).toMatchObject({ entity: null, module: null, kind: 'system' });
    expect(row('440f7a305dcf46eab8af9b1e9634d887')).toMatchObject({ entity: null, kind: 'leftover' });
    expect(row('legacy_import')).toMatchObject({ entity: null, kind: 'other' });
    expect(row('sales$order', 'reporting')).toMatchObject({ entity: null, kind: 'other' });
  });

  test('each filter gives exactly its own, and what is there and matches nothing beside the others is an empty list', async () => {
    const all = (await ask(reader, { limit: 1000 })).body.tables ?? [];
    const asked = async (parameters: Parameters<typeof ask>[1]) =>
      ((await ask(reader, { limit: 1000, ...parameters })).body.tables ?? []).map(
        ({ schema, table }) => `${schema}.${table}`,
      );
    const of = (condition: (row: (typeof all)[number]) => boolean) =>
      all.filter(condition).map(({ schema, table }) => `${schema}.${table}`);
    expect(await asked({ parameters: { entity: 'Sales.Order' } })).toEqual(['public.sales$order']);
    expect(await asked({ parameters: { table: 'sales$order' } })).toHaveLength(2);
    expect(await asked({ parameters: { module: 'Sales' } })).toEqual(of((row) => row.module === 'Sales'));
    for (const kind of ['entity', 'association', 'system', 'leftover', 'other'] as const) {
      const tables = await asked({ parameters: { kind } });
      expect(tables).toEqual(of((row) => row.kind === kind));
      expect(tables).not.toEqual([]);
    }
    expect(await asked({ parameters: { min_bytes: 100_000 } })).toEqual(of((row) => row.total_bytes >= 100_000));
    expect(await asked({ parameters: { module: 'Sales', kind: 'other' } })).toEqual([]);
    expect(await asked({ parameters: { table: 'sales$order', min_bytes: 999_999_999_999 } })).toEqual([]);
    expect(await asked({ parameters: { table: 'sales$order', kind: 'system' } })).toEqual([]);
  });

  test('a name that nothing bears is an error that offers near ones, in pages and in a summary', async () => {
    for (const summary of [false, true]) {
      const unknown = (parameters: object) =>
        ask(reader, { parameters: { summary, ...parameters } }).catch((error: unknown) => error);
      expect(await unknown({ entity: 'sales.order' })).toMatchObject({
        name: 'UnknownNameError',
        parameter: 'entity',
        unknown: 'sales.order',
        near: expect.arrayContaining(['Sales.Order']),
      });
      expect(await unknown({ table: 'Sales.Order' })).toMatchObject({
        parameter: 'table',
        near: expect.arrayContaining(['sales$order']),
      });
      expect(await unknown({ module: 'sale' })).toMatchObject({
        parameter: 'module',
        near: expect.arrayContaining(['Sales']),
      });
      expect(await unknown({ table: 'pg_class' })).toMatchObject({ parameter: 'table', name: 'UnknownNameError' });
      expect(await unknown({ entity: 'Nothing.LikeThis' })).toMatchObject({ near: [] });
    }
  });

  test('fields picks those of the rows, in the order of the answer; a summary has none to pick', async () => {
    const { body } = await ask(reader, { limit: 2, parameters: { fields: ['total_bytes', 'entity', 'schema'] } });
    expect(body.tables?.map((row) => Object.keys(row))).toEqual([
      ['schema', 'entity', 'total_bytes'],
      ['schema', 'entity', 'total_bytes'],
    ]);
    const refused = await ask(reader, { parameters: { summary: true, fields: ['table'], order_by: 'name' } }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({
      name: 'InvalidParameterError',
      faults: [{ parameter: 'order_by' }, { parameter: 'fields' }],
    });
  });

  test('CSV has every field of a row but those that are no scalar', async () => {
    const [first] = (await ask(reader, { limit: 1 })).body.tables ?? [];
    // These come with `days`, which CSV refuses.
    const fields = [...Object.keys(first ?? {}), 'history', 'growth'];
    expect(fields).toEqual([...route.csv.columns, ...route.csv.leftOut]);
    expect(route.csv.notWith).toContain('days');
  });

  test.each(['total_bytes', 'estimated_rows', 'dead_rows', 'rows_inserted', 'name'] as const)(
    'pages of 7 by %s are the whole list, nothing twice, nothing missing',
    async (order_by) => {
      const whole = (await ask(reader, { limit: 1000, parameters: { order_by } })).body.tables ?? [];
      const paged = await askAll(reader, { limit: 7, parameters: { order_by } });
      expect(paged.map(({ schema, table }) => `${schema}.${table}`)).toEqual(
        whole.map(({ schema, table }) => `${schema}.${table}`),
      );
    },
  );

  test('the database block tells the whole, its parts and the server', async () => {
    const { body } = await ask(reader, { limit: 1000 });
    const sum = (body.tables ?? []).reduce((total, row) => total + row.total_bytes, 0);
    expect(body.database).toMatchObject({
      name: database.name,
      tables_bytes: sum,
      tables_exact: true,
      table_count: body.tables?.length,
      catalog: 'mendix',
      mendix_version: '10.24.15.93102',
      server: {
        free_bytes: 21_474_836_480,
        free_as_of: '2026-11-22T04:59:00Z',
        free_error: null,
        wal_retained_bytes: 0,
        inactive_slots: 0,
      },
    });
    expect(body.database.size_bytes).toBeGreaterThan(sum);
    expect(body.database.other_bytes).toBe((body.database.size_bytes ?? 0) - sum);
  });

  test('free space that should be known and is not makes the answer incomplete; on Aurora there is none to know', async () => {
    const missing = await ask(reader, { free: null });
    expect(missing.body.complete).toBe(false);
    expect(missing.body.database.server).toMatchObject({ free_bytes: null, free_error: 'access-denied' });
    expect(missing.faults).toEqual([{ source: 'cloudwatch', reason: 'access-denied' }]);
    const aurora = await ask(reader, { instance: null });
    expect(aurora.body.complete).toBe(true);
    expect(aurora.body.database.server).toMatchObject({ free_bytes: null, free_error: null });
  });

  test('a summary adds up to the same total, by module and by kind', async () => {
    const { body } = await ask(reader, { parameters: { summary: true } });
    const total = (shares: { total_bytes: number }[]) => shares.reduce((sum, share) => sum + share.total_bytes, 0);
    expect(body.tables).toBeUndefined();
    expect(total(body.summary?.by_kind ?? [])).toBe(body.database.tables_bytes);
    expect(total(body.summary?.by_module ?? [])).toBe(body.database.tables_bytes);
    expect(body.summary?.by_module.map(({ module }) => module)).toContain('Sales');
    expect(body.summary?.largest).toHaveLength(10);
    expect(body.summary?.largest).toEqual((await ask(reader, { limit: 10 })).body.tables);
  });

  test('known growers carry the setting that keeps them small; others carry none', async () => {
    const rows = (await ask(reader, { limit: 1000 })).body.tables ?? [];
    expect(rows.find((row) => row.entity === 'System.ProcessedQueueTask')?.cleanup).toMatchObject({
      setting: 'com.mendix.core.ProcessedTasksCleanupAge',
      since: '9.9.0',
    });
    expect(rows.find((row) => row.entity === 'Sales.Order')?.cleanup).toBeNull();
  });

  test('a missing grant on the catalog is told with the table’s name', async () => {
    await database.query('REVOKE ALL ON "mendixsystem$association" FROM mrt_reader');
    await database.query(
      'REVOKE ALL (id, association_name, table_name, parent_entity_id, child_entity_id, parent_column_name, child_column_name, storage_format) ON "mendixsystem$association" FROM mrt_reader',
    );
    const refused = await ask(reader).catch((error: unknown) => error);
    await database.grantReader();
    expect(refused).toBeInstanceOf(DatabaseUnavailableError);
    expect(refused).toMatchObject({ reason: 'grant-missing', table: 'mendixsystem$association' });
    expect((await ask(reader)).body.complete).toBe(true);
  });
});
