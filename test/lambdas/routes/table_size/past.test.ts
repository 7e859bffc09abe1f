/** Recorded sizes beside those of now: whose series they are, where one ends, and where there is none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadline } from '../../../../lambdas/context.ts';
import type { OpenRecord } from '../../../../lambdas/record/opened.ts';
import type { ParametersOf } from '../../../../lambdas/route.ts';
import { tableSizesOverTime } from '../../../../lambdas/routes/table_size/past.ts';
import type { Position } from '../../../../lambdas/routes/table_size/ranking.ts';
import { route } from '../../../../lambdas/routes/table_size/route.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { databaseDay, NOW, sampleRecord } from '../../record/sample-history.ts';
import { DATABASE, type Reader, readerOf } from './reader.ts';

let database: TestDatabase;
let reader: Reader;

beforeAll(async () => {
  database = await freshDatabase();
  for (const table of ['orders', 'archive', 'fresh']) await database.query(`CREATE TABLE ${table} (id bigint)`);
  await database.query('CREATE TABLE "mendixsystem$version" (versionnumber text)');
  await database.query('CREATE SCHEMA audit; CREATE TABLE audit.orders (id bigint)');
  await database.grantReader();
  reader = await readerOf(database.readerUrl);
});
afterAll(async () => {
  await reader.end();
  await database.drop();
});

async function answer(
  record: OpenRecord,
  parameters: ParametersOf<typeof route> = { days: 20 },
  limit = 100,
  position: Position | null = null,
) {
  const environment = { name: 'shop-test', labels: {}, offers: ['table_size'], database: DATABASE };
  const { body, faults, next } = await tableSizesOverTime(
    {
      environment,
      parameters,
      limit,
      position,
      deadline: new Deadline(Date.now() + 25_000),
      version: '0.0.0',
      clear: false,
      mayClear: false,
      other: null,
    },
    {
      databases: { on: () => reader },
      freeStorage: async () => ({ bytes: 21_474_836_480, as_of: '2026-11-26T11:59:00Z' }),
      record,
    },
    NOW,
  );
  expect({ ...route.answer.parse(body), complete: body.complete }).toEqual(body);
  const row = (name: string) => body.tables?.find(({ table }) => table === name);
  return { body, faults, next, row };
}

const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}`;

describe('days', () => {
  test('give each table its own series with its growth, and the database as a whole', async () => {
    const dates = [10, 11, 12, 14, 15, 16, 17, 18];
    const days = Object.fromEntries(dates.map((date) => [day(date), databaseDay({ orders: date * 100, archive: 7 })]));
    const { body, row } = await answer(sampleRecord({ days }));
    expect(row('orders')?.history?.map(({ date, total_bytes }) => [date, total_bytes])).toEqual(
      dates.map((date) => [day(date), date * 100]),
    );
    expect(row('orders')?.growth).toEqual({ bytes_per_day: 100, days: 8, forecast_30_days_bytes: 4_800 });
    expect(row('archive')?.growth?.bytes_per_day).toBe(0);
    expect(body.history?.[0]).toEqual({ date: day(10), size_bytes: 2_007, free_bytes: null });
    expect(body.growth).toMatchObject({ bytes_per_day: 100, days: 8 });
    expect(body.record).toMatchObject({ recorded_days: 8, reason: null });
    expect(body.complete).toBe(true);
  });

  test('of a table that nobody has recorded yet are null, and those of fewer than 7 days no trend', async () => {
    const days = { [day(25)]: databaseDay({ orders: 1 }), [day(26)]: databaseDay({ orders: 2 }) };
    const { row } = await answer(sampleRecord({ days }));
    expect(row('fresh')).toMatchObject({ history: null, growth: null });
    expect(row('orders')?.history).toHaveLength(2);
    expect(row('orders')?.growth).toBeNull();
  });

  test('end where a table was dropped: one of the same name that came later begins anew', async () => {
    const days = {
      [day(20)]: databaseDay({ orders: 900, archive: 900 }),
      [day(21)]: databaseDay({ orders: 900 }),
      [day(22)]: databaseDay({ orders: 900 }),
      // Not one day without a recording is a day without the table.
      [day(25)]: databaseDay({ orders: 900, archive: 1 }),
      [day(26)]: databaseDay({ orders: 900, archive: 2 }),
    };
    const { row } = await answer(sampleRecord({ days }));
    expect(row('archive')?.history?.map(({ total_bytes }) => total_bytes)).toEqual([1, 2]);
    expect(row('orders')?.history).toHaveLength(5);
    const gone = { ...days, [day(25)]: databaseDay({ orders: 1 }), [day(26)]: databaseDay({ orders: 1 }) };
    expect((await answer(sampleRecord({ days: gone }))).row('archive')?.history).toBeNull();
  });

  test('stand on the largest tables of a summary too', async () => {
    const { body } = await answer(sampleRecord({ days: { [day(26)]: databaseDay({ orders: 5 }) } }), {
      days: 1,
      summary: true,
    });
    expect(body.summary?.largest.find(({ table }) => table === 'orders')?.history).toEqual([
      { date: day(26), total_bytes: 5, exact: true },
    ]);
  });

  test('come with the fields that were asked for, and no others', async () => {
    const record = sampleRecord({ days: { [day(26)]: databaseDay({ orders: 5 }) } });
    const { body } = await answer(record, { days: 1, fields: ['total_bytes'] });
    expect(new Set(Object.keys(body.tables?.[0] ?? {}))).toEqual(new Set(['total_bytes', 'history', 'growth']));
    await expect(answer(record, { days: 1, summary: true, fields: ['table'] })).rejects.toThrow();
  });

  test('make a page shorter, so that a long past fits into an answer', async () => {
    const { body } = await answer(sampleRecord({ days: {} }), { days: 800 }, 1_000);
    expect(body.tables?.length).toBeLessThanOrEqual(75);
  });

  test('that are not recorded are null with their reason, and the sizes of now are all there', async () => {
    const { body, faults, row } = await answer(async () => null);
    expect([body.history, body.growth, row('orders')?.history]).toEqual([null, null, null]);
    expect(body.record).toEqual({ days: 20, recorded_days: 0, first: null, last: null, reason: 'recording-off' });
    expect([body.complete, faults]).toEqual([false, []]);
    expect(body.tables?.length).toBeGreaterThanOrEqual(3);
  });
});

describe('order_by=growth', () => {
  const dates = Array.from({ length: 10 }, (_, i) => i + 15);
  const days = Object.fromEntries(
    dates.map((date) => [
      day(date),
      databaseDay({ orders: date * 10, archive: 9_000 - date, 'audit.orders': date * 500, gone: date * 9_999 }),
    ]),
  );
  const parameters = { days: 20, order_by: 'growth' } as const;

  test('shows the tables that grow fastest first, shrinking ones after them, and last by name those without a trend', async () => {
    const { body } = await answer(sampleRecord({ days }), parameters);
    expect(body.tables?.map(({ schema, table, growth }) => [schema, table, growth?.bytes_per_day ?? null])).toEqual([
      ['audit', 'orders', 500],
      ['public', 'orders', 10],
      ['public', 'archive', -1],
      ['public', 'fresh', null],
      ['public', 'mendixsystem$version', null],
    ]);
    expect(body).toMatchObject({ order_certain: true, complete: true });
  });

  test('goes on from page to page, each table once', async () => {
    const names: (string | undefined)[] = [];
    let position: Position | null = null;
    do {
      const page: Awaited<ReturnType<typeof answer>> = await answer(sampleRecord({ days }), parameters, 2, position);
      names.push(...(page.body.tables ?? []).map(({ table }) => table));
      position = page.next;
    } while (position !== null);
    expect(names).toEqual(['orders', 'orders', 'archive', 'fresh', 'mendixsystem$version']);
  });

  test('is narrowed as any other order', async () => {
    const { body } = await answer(sampleRecord({ days }), { ...parameters, table: 'archive' });
    expect(body.tables?.map(({ table }) => table)).toEqual(['archive']);
    const fields = await answer(sampleRecord({ days }), { ...parameters, fields: ['table'] });
    expect(Object.keys(fields.body.tables?.[0] ?? {})).toEqual(['table', 'history', 'growth']);
  });

  test('without a record is by name, is not certain, and says why', async () => {
    const { body } = await answer(async () => null, parameters);
    expect(body.tables?.map(({ table }) => table)).toEqual([
      'archive',
      'fresh',
      'mendixsystem$version',
      'orders',
      'orders',
    ]);
    expect(body).toMatchObject({ order_certain: false, complete: false, record: { reason: 'recording-off' } });
  });

  test('without days, or in a summary, is refused', async () => {
    await expect(answer(sampleRecord({ days }), { order_by: 'growth' })).rejects.toMatchObject({
      faults: [{ parameter: 'order_by' }],
    });
    await expect(answer(sampleRecord({ days }), { ...parameters, summary: true })).rejects.toMatchObject({
      faults: [{ parameter: 'order_by' }],
    });
  });
});

test('without days nothing of the past is read or shown', async () => {
  const { body } = await answer(() => Promise.reject(new Error('read')), {});
  expect(Object.keys(body)).not.toContain('history');
  expect(body.tables?.[0]).not.toHaveProperty('history');
});
