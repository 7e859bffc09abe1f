/** A month's file: what is written is read again, only what is asked for, and never a row of a file that is not whole. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { figureOf } from '../../../lambdas/record/figure.ts';
import { type HistoryPoint, historyRow, merged } from '../../../lambdas/record/history.ts';
import { decodeHistory, eachPoint } from '../../../lambdas/record/history-reader.ts';
import { encodeHistory } from '../../../lambdas/record/history-writer.ts';

const day = (date: number) => new Date(Date.UTC(2026, 10, date, 0, 4));
const table = (name: string, value: number | null, date: number) =>
  historyRow(
    { ...figureOf('table_total_bytes', { table: name, entity: '' }, value), exact: date % 2 === 0 },
    'postgresql',
    day(date),
  );
const ROWS = merged([], [table('a', 1, 1), table('a', 2, 2), table('b', null, 1), table('c', 9e15, 1)]);

async function pointsOf(file: Uint8Array, isAsked: Parameters<typeof eachPoint>[1]): Promise<HistoryPoint[]> {
  const points: HistoryPoint[] = [];
  await eachPoint(file, isAsked, (point) => points.push(point));
  return points;
}

describe('a month', () => {
  test('is read as it was written', async () => {
    expect(await decodeHistory(encodeHistory(ROWS))).toEqual(ROWS);
    expect(await decodeHistory(encodeHistory([]))).toEqual([]);
  });

  test('gives the points that are asked for, a value that is not known among them', async () => {
    const points = await pointsOf(encodeHistory(ROWS), ({ subject }) => subject !== 'c');
    expect(points).toEqual([
      { figure: 'table_total_bytes', subject: 'a', date: '2026-11-01', value: 1, exact: false },
      { figure: 'table_total_bytes', subject: 'a', date: '2026-11-02', value: 2, exact: true },
      { figure: 'table_total_bytes', subject: 'b', date: '2026-11-01', value: null, exact: false },
    ]);
    expect(await pointsOf(encodeHistory(ROWS), () => false)).toEqual([]);
  });

  test('of a very large database is several groups of rows, of which none is lost', async () => {
    const rows = Array.from({ length: 70_000 }, (_, i) => table(`t${String(i).padStart(6, '0')}`, i, 1));
    const file = encodeHistory(rows);
    const asked = ['t000000', 't029999', 't030000', 't069999'];
    const points = await pointsOf(file, ({ subject }) => asked.includes(subject));
    expect(points.map(({ value }) => value)).toEqual([0, 29_999, 30_000, 69_999]);
    expect((await decodeHistory(file)).length).toBe(70_000);
  });

  const columns = (changes: Record<string, unknown[] | null>) => {
    const data: Record<string, unknown[]> = Object.fromEntries(
      (Object.keys(ROWS[0] ?? {}) as (keyof (typeof ROWS)[number])[]).map((name) => [
        name,
        ROWS.map((row) => row[name]),
      ]),
    );
    for (const [name, values] of Object.entries(changes)) {
      if (values === null) delete data[name];
      else data[name] = values;
    }
    const columnData = Object.entries(data).map(([name, values]) => ({
      name,
      data: values,
      ...(name === 'value' && changes['value'] === undefined && { type: 'DOUBLE' as const }),
    }));
    return new Uint8Array(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }));
  };

  test('of a newer release may have columns and figures more', async () => {
    const file = columns({ colour: ROWS.map(() => 'red'), figure: ROWS.map(() => 'mood') });
    expect((await decodeHistory(file)).map(({ figure }) => figure)).toEqual(['mood', 'mood', 'mood', 'mood']);
    expect((await decodeHistory(file))[0]).not.toHaveProperty('colour');
  });

  test.each([
    ['cut', encodeHistory(ROWS).subarray(0, 300)],
    ['no such file', Buffer.from('PAR1 and so on')],
    ['without a column', columns({ value: null })],
    ['with a column of another type', columns({ value: ROWS.map(() => 'much') })],
    ['with a name that is missing', columns({ figure: ROWS.map((_, i) => (i === 2 ? null : 'users')) })],
  ])('that is %s is unreadable as a whole', async (_, file) => {
    await expect(decodeHistory(file)).rejects.toMatchObject({ reason: 'unreadable' });
    await expect(pointsOf(file, () => true)).rejects.toMatchObject({ reason: 'unreadable' });
  });
});
