/** Which report is the newest, and what is wrong with one that cannot be used. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newestReport, type ReportPlace, type ReportSource } from '../../../lambdas/inventory/report.ts';
import { UpstreamFailedError } from '../../../lambdas/upstream-errors.ts';
import { CSV_FIELDS, inventoryReport, type ReportOptions } from '../../../local/samples/inventory-report.ts';
import { bucketOfVersions, version } from './asked-report.ts';

const PREFIX = 's3/source/daily/';
const PLACE: ReportPlace = {
  bucket: 'reports',
  region: 'eu-west-1',
  prefix: PREFIX,
  format: 'parquet',
  schedule: 'daily',
  fields: null,
  table: '"reports"."one"',
  workgroup: 'reports',
};
const NOW = new Date('2026-11-26T17:00:00Z');
const MADE = new Date('2026-11-26T01:00:00Z');
const source = bucketOfVersions('source', [version('a', 1), version('b', 2)]);

/** What lies in the bucket of the reports. */
function reported(...options: Partial<ReportOptions>[]): Map<string, string> {
  return new Map(
    options
      .flatMap((more) =>
        inventoryReport({ source, destination: 'reports', prefix: PREFIX, format: 'parquet', made: MADE, ...more }),
      )
      .map(({ key, body }) => [key, key.includes('/data/') ? '' : body.toString('utf8')]),
  );
}

const sourceOf = (objects: ReadonlyMap<string, string>): ReportSource => ({
  keys: async (_, prefix, suffix) =>
    [...objects.keys()]
      .filter((key) => key.startsWith(prefix) && key.endsWith(suffix))
      .sort((a, b) => (a < b ? -1 : 1)),
  async text(_, key) {
    const text = objects.get(key);
    if (text === undefined) throw new UpstreamFailedError('inventory', 'not-found');
    return text;
  },
});

const newest = (objects: ReadonlyMap<string, string>, place = PLACE, now = NOW) =>
  newestReport('source', place, sourceOf(objects), now);

/** A report whose manifest says something else, with the checksum of that. */
function altered(change: (manifest: Record<string, unknown>) => void): Map<string, string> {
  const objects = reported({});
  const key = `${PREFIX}2026-11-26T01-00Z/manifest.json`;
  const manifest = JSON.parse(objects.get(key) ?? '');
  change(manifest);
  const text = JSON.stringify(manifest);
  objects.set(key, text);
  objects.set(key.replace('.json', '.checksum'), createHash('md5').update(text).digest('hex'));
  return objects;
}

test('the newest is the one of the latest folder, and true for the time that its manifest has', async () => {
  const report = await newest(reported({ made: new Date('2026-11-25T01:00:00Z') }, {}));
  expect(report).toMatchObject({ dt: '2026-11-26-01-00', as_of: MADE, old: false });
  expect(report.columns.has('encryption_status')).toBe(true);
});

test('one that S3 is still writing is not looked at: its checksum comes last', async () => {
  const objects = reported({ made: new Date('2026-11-25T01:00:00Z') }, {});
  objects.delete(`${PREFIX}2026-11-26T01-00Z/manifest.checksum`);
  expect((await newest(objects)).dt).toBe('2026-11-25-01-00');
});

test.each([
  ['daily', '2026-11-24T16:00:00Z', true],
  ['daily', '2026-11-25T01:00:00Z', false],
  ['weekly', '2026-11-13T01:00:00Z', false],
  ['weekly', '2026-11-12T01:00:00Z', true],
] as const)('a %s one of %s is old: %s', async (schedule, made, old) => {
  const report = await newest(reported({ made: new Date(made) }), { ...PLACE, schedule });
  expect([report.old, report.as_of.toISOString()]).toEqual([old, made.replace('Z', '.000Z')]);
});

describe('cannot be used', () => {
  const refused = (objects: Map<string, string>, reason: string, place = PLACE) =>
    expect(newest(objects, place)).rejects.toMatchObject({ name: 'InventoryUnavailableError', reason });

  test('where there is none, or that of another id', async () => {
    await refused(new Map(), 'missing');
    await refused(reported({ prefix: 's3/source/weekly/' }), 'missing');
  });

  test('where its manifest is not what the checksum was made of', async () => {
    const objects = reported({});
    const key = `${PREFIX}2026-11-26T01-00Z/manifest.json`;
    objects.set(key, (objects.get(key) ?? '').slice(0, -20));
    await refused(objects, 'cut');
  });

  test.each(['manifest.json', 'symlink.txt'])('where %s is gone', async (name) => {
    const objects = reported({});
    for (const key of objects.keys()) if (key.endsWith(name)) objects.delete(key);
    await refused(objects, 'cut');
  });

  test('where a part may not be read, which is no report that is cut; where S3 refuses because it is gone, it is', async () => {
    const objects = reported({});
    const links = `${PREFIX}hive/dt=2026-11-26-01-00/symlink.txt`;
    const denying: ReportSource = {
      ...sourceOf(objects),
      text: (place, key) =>
        key === links
          ? Promise.reject(new UpstreamFailedError('inventory', 'access-denied'))
          : sourceOf(objects).text(place, key),
    };
    const asked = () => newestReport('source', PLACE, denying, NOW);
    await expect(asked()).rejects.toMatchObject({ name: 'UpstreamFailedError', reason: 'access-denied' });
    objects.delete(links);
    await expect(asked()).rejects.toMatchObject({ name: 'InventoryUnavailableError', reason: 'cut' });
  });

  test('where the links are not to the files of the manifest: a table over them would be a part of the bucket', async () => {
    const objects = reported({ rowsOfAFile: 1 });
    const key = `${PREFIX}hive/dt=2026-11-26-01-00/symlink.txt`;
    objects.set(key, (objects.get(key) ?? '').split('\n')[0] ?? '');
    await refused(objects, 'cut');
  });

  test.each([
    ['of another version', { version: '2030-01-01' }],
    ['of another bucket', { sourceBucket: 'neighbour' }],
    ['in another format', { fileFormat: 'ORC' }],
    [
      'without sizes',
      { fileSchema: 'message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); }' },
    ],
    ['without a time', { creationTimestamp: 'yesterday' }],
    ['without files', { files: null }],
  ])('%s', async (_, change) => {
    await refused(
      altered((manifest) => Object.assign(manifest, change)),
      'unknown-schema',
    );
  });

  test('in CSV with other columns than the table has, or in another order', async () => {
    const objects = reported({ format: 'csv' });
    const csv = { ...PLACE, format: 'csv' as const };
    await refused(objects, 'unknown-schema', { ...csv, fields: CSV_FIELDS.toReversed() });
    await expect(newest(objects, { ...csv, fields: [...CSV_FIELDS] })).resolves.toMatchObject({ old: false });
  });
});
