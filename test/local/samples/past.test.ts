/** The sample record's ninety days: made once, from what was recorded today, and never over what was recorded. */
import { describe, expect, test } from 'vitest';
import { type ConstantChanges, parseChanges } from '../../../lambdas/record/changes.ts';
import { type Figure, figureOf } from '../../../lambdas/record/figure.ts';
import { type HistoryRow, historyRow } from '../../../lambdas/record/history.ts';
import { decodeHistory } from '../../../lambdas/record/history-reader.ts';
import { encodeHistory } from '../../../lambdas/record/history-writer.ts';
import { packed } from '../../../lambdas/record/latest.ts';
import { changesKey, historyKey } from '../../../lambdas/record/layout.ts';
import { type RecordObjects, writePast } from '../../../local/samples/record/past.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const MB = 1_000_000;

class Objects implements RecordObjects {
  readonly all = new Map<string, Uint8Array>();
  keys = () => [...this.all.keys()];
  read = (key: string) => this.all.get(key) ?? null;
  write(key: string, body: Uint8Array) {
    this.all.set(key, body);
  }
  async rows(route: string): Promise<HistoryRow[]> {
    const files = [...this.all].filter(([key]) => key.startsWith(`history/route=${route}/environment=shop/`));
    const rows = (await Promise.all(files.map(([, body]) => decodeHistory(body)))).flat();
    return rows.sort((a, b) => (a.date < b.date ? -1 : 1));
  }
}

const table = (name: string, bytes: number) => figureOf('table_total_bytes', { table: name, entity: '' }, bytes);
const TABLES: Figure[] = [
  figureOf('database_size_bytes', {}, 100 * MB),
  figureOf('database_free_bytes', {}, 900 * MB),
  ...Array.from({ length: 12 }, (_, i) => table(`sales$t${i}`, (12 - i) * MB)),
  table('sales$small', 8192),
  table('system$user', MB),
];
const CONSTANTS: Figure[] = [
  figureOf('constants', { state: 'default' }, 3),
  figureOf('constants', { state: 'obsolete' }, 0),
  ...['Mail.Host', 'Mail.Port', 'Sales.Limit'].map((constant) => ({
    ...figureOf('constant_fingerprint', { constant }, null),
    state: `v1:${constant}`,
  })),
];

function recordedToday(figures: Readonly<Record<string, readonly Figure[]>>, now = NOW): Objects {
  const objects = new Objects();
  for (const [route, ofRoute] of Object.entries(figures)) {
    const rows = ofRoute.map((figure) => historyRow(figure, 'postgresql', now));
    objects.write(historyKey(route, 'shop', now.toISOString().slice(0, 7)), encodeHistory(rows));
  }
  const constant = { fingerprint: 'v1:x', changed_at: '2026-11-26T12:00:00Z', changed_after: null };
  const names = ['Mail.Host', 'Mail.Port', 'Sales.Limit'];
  const state: ConstantChanges = {
    schema_version: 1,
    taken_at: '2026-11-26T12:00:00Z',
    constants: Object.fromEntries(names.map((name) => [name, constant])),
    changes: [],
  };
  objects.write(changesKey('shop'), packed(state));
  return objects;
}

const daysOf = (rows: readonly HistoryRow[]) => [...new Set(rows.map(({ date }) => date))];
const valuesOf = (rows: readonly HistoryRow[], figure: string, subject: string) =>
  rows
    .filter((row) => row.figure === figure && row.subject === subject)
    .sort((a, b) => (a.date < b.date ? -1 : 1))
    .map(({ value }) => Number(value));

describe('the past of the sample record', () => {
  test('is ninety days that end today, with two of them missing', async () => {
    const objects = recordedToday({ table_size: TABLES });
    await writePast(objects, [], NOW);
    const days = daysOf(await objects.rows('table_size'));
    expect([days.at(0), days.at(-1)]).toEqual(['2026-08-29', '2026-11-26']);
    expect(days).toHaveLength(88);
    expect(objects.keys().filter((key) => key.startsWith('history/'))).toHaveLength(4);
  });

  test('has tables that grow, one that is new, one that is gone, and a database that is as large as they make it', async () => {
    const objects = recordedToday({ table_size: TABLES });
    await writePast(objects, [], NOW);
    const rows = await objects.rows('table_size');
    const tables = Map.groupBy(
      rows.filter(({ figure }) => figure === 'table_total_bytes'),
      ({ subject }) => subject,
    );
    const appeared = [...tables].filter(([, days]) => days.at(0)?.date !== '2026-08-29');
    const gone = [...tables].filter(([, days]) => days.at(-1)?.date !== '2026-11-26');
    expect(appeared).toHaveLength(1);
    expect(gone.map(([name]) => name)).toEqual(['sales$importqueue']);
    const growing = [...tables.keys()].filter((name) => {
      const values = valuesOf(rows, 'table_total_bytes', name);
      return values.every((value, i) => i === 0 || value >= (values[i - 1] ?? 0)) && new Set(values).size > 20;
    });
    expect(growing.length).toBeGreaterThan(3);
    expect(new Set(valuesOf(rows, 'table_total_bytes', 'sales$small'))).toEqual(new Set([8192]));
    for (const [date, ofDay] of Map.groupBy(rows, (row) => row.date)) {
      const sum = ofDay.reduce(
        (bytes, { figure, value }) => bytes + (figure === 'table_total_bytes' ? (value ?? 0) : 0),
        0,
      );
      const [size] = valuesOf(ofDay, 'database_size_bytes', '');
      // 78 MB of tables, a small one and the system's, in a database of 100 MB.
      expect([date, size]).toEqual([date, 100 * MB - (79 * MB + 8192) + sum]);
    }
  });

  test('has constants that were added, changed and removed, and counts that say the same', async () => {
    const objects = recordedToday({ micro_flow_constants: CONSTANTS });
    await writePast(objects, [], NOW);
    const { constants, changes } = parseChanges(objects.read(changesKey('shop')) ?? Buffer.alloc(0));
    expect(changes.map(({ change }) => change)).toEqual(['removed', 'added', 'changed']);
    const [removed, added, changed] = changes;
    expect(Object.keys(constants)).not.toContain(removed?.name);
    expect(constants[added?.name ?? '']).toMatchObject({ changed_at: added?.changed_at });
    const rows = await objects.rows('micro_flow_constants');
    const states = (name = '') =>
      rows.filter(({ figure, subject }) => figure === 'constant_fingerprint' && subject === name);
    expect(
      states(removed?.name)
        .at(-1)
        ?.date.localeCompare(removed?.changed_at.slice(0, 10) ?? ''),
    ).toBe(-1);
    expect(states(added?.name).at(0)?.date).toBe(added?.changed_at.slice(0, 10));
    expect(new Set(states(changed?.name).map(({ state }) => state)).size).toBe(2);
    const seen = rows.filter(({ figure }) => figure === 'constant_changed').map(({ subject }) => subject);
    expect(new Set(seen)).toEqual(new Set(changes.map(({ name }) => name)));
    expect(new Set(valuesOf(rows, 'constants', 'default'))).toEqual(new Set([2, 3]));
    expect(new Set(valuesOf(rows, 'constants', 'obsolete'))).toEqual(new Set([1, 0]));
  });

  test('is what CloudWatch has of a bucket, gaps included', async () => {
    const bucket = figureOf('bucket_size_bytes', { bucket: 'files', storage_type: 'StandardStorage' }, 500);
    const objects = new Objects();
    objects.write(historyKey('bucket_size', 'shop', '2026-11'), encodeHistory([historyRow(bucket, 'metrics', NOW)]));
    const metric = {
      namespace: 'AWS/S3',
      name: 'BucketSizeBytes',
      unit: 'Bytes',
      dimensions: { BucketName: 'files', StorageType: 'StandardStorage' },
      points: (from: number) => (from === Date.parse('2026-11-19') ? [] : [{ at: from, value: from / 86_400_000 }]),
    };
    await writePast(objects, [metric], NOW);
    const rows = await objects.rows('bucket_size');
    expect(daysOf(rows)).not.toContain('2026-11-20');
    expect(rows.find(({ date }) => date === '2026-11-21')?.value).toBe(Date.parse('2026-11-20') / 86_400_000);
  });

  test('is written once: another start changes nothing, and what was recorded stays', async () => {
    const objects = recordedToday({ table_size: TABLES, micro_flow_constants: CONSTANTS });
    await writePast(objects, [], NOW);
    const before = new Map(objects.all);
    await writePast(objects, [], NOW);
    expect(objects.all).toEqual(before);
    const tomorrow = new Date(NOW.getTime() + 86_400_000);
    const key = historyKey('table_size', 'shop', '2026-11');
    const rows = await decodeHistory(objects.read(key) ?? Buffer.alloc(0));
    const halved = TABLES.map((one) => ({ ...one, value: (one.value ?? 0) / 2 }));
    objects.write(key, encodeHistory([...rows, ...halved.map((figure) => historyRow(figure, 'postgresql', tomorrow))]));
    await writePast(objects, [], tomorrow);
    expect(valuesOf(await objects.rows('table_size'), 'database_size_bytes', '').slice(-2)).toEqual([
      100 * MB,
      50 * MB,
    ]);
  });

  test('is none of an environment that was not recorded today', async () => {
    const objects = recordedToday({ table_size: TABLES }, new Date('2026-11-25T12:00:00Z'));
    await writePast(objects, [], NOW);
    expect(daysOf(await objects.rows('table_size'))).toEqual(['2026-11-25']);
  });
});
