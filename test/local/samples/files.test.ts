import { describe, expect, test } from 'vitest';
import { sampleStore } from '../../../local/samples/buckets.ts';
import { sampleFiles, sampleUploads } from '../../../local/samples/files.ts';
import { sampleMetrics } from '../../../local/samples/metrics.ts';

const DAY = 86_400_000;
const OVERHEAD = /Overhead$/;

describe('the files of the sample apps', () => {
  test('are the same on each call', () => {
    expect(sampleFiles('shop-acc')).toEqual(sampleFiles('shop-acc'));
    expect(sampleUploads('shop-prod')).toEqual(sampleUploads('shop-prod'));
  });

  test('keep their keys and sizes on another day', () => {
    const keys = (day: string) => sampleFiles('shop-acc', new Date(day)).map(({ uuid, size }) => [uuid, size]);
    expect(keys('2026-11-22')).toEqual(keys('2027-02-01'));
  });

  test('are 20,000 rows in the database of shop-prod, with every blemish', () => {
    const files = sampleFiles('shop-prod');
    const count = (holds: (file: (typeof files)[number]) => boolean) => files.filter(holds).length;
    expect(count((file) => file.in_database)).toBe(20_000);
    expect(new Set(files.map(({ uuid }) => uuid)).size).toBe(files.length);
    expect(count((file) => file.in_bucket && !file.in_database && file.unreferenced === null)).toBe(450);
    expect(count((file) => file.in_database && file.has_contents && !file.in_bucket)).toBe(60);
    expect(count((file) => file.unreferenced !== null)).toBe(90);
    expect(count((file) => file.database_size === -1)).toBe(40);
    expect(count((file) => file.deleted !== null)).toBe(520);
    expect(count((file) => file.in_bucket && file.superseded.length > 0)).toBe(260);
  });
});

test('two buckets hold objects of the same name and ETag, as one was begun with a copy of the other', () => {
  const store = sampleStore('eu-west-1');
  const etags = (name: string, prefix: string) => {
    const objects = store.get(name)?.objects ?? [];
    const all = Array.from({ length: objects.length }, (_, index) => objects.at(index));
    return new Map(all.map((each) => [each?.key.slice(prefix.length), each?.etag]));
  };
  const [petShop, acceptance] = [etags('pet-shop-prod-files', ''), etags('shop-shared-files', 'acc-')];
  const copies = [...petShop].filter(([uuid, etag]) => acceptance.get(uuid) === etag);
  expect(copies.length).toBeGreaterThan(200);
  expect(petShop.size).toBeGreaterThan(copies.length);
});

describe('the metrics of a sample bucket', () => {
  const store = sampleStore('eu-west-1');

  test.each(['shop-prod-files', 'shop-shared-files', 'pet-shop-prod-files', 'depot-prod-files'])(
    'agree with %s to the byte',
    (name) => {
      const bucket = store.get(name);
      if (bucket === undefined) throw new Error(`no bucket ${name}`);
      const [now, metrics] = [Date.now(), sampleMetrics(store)];
      const newest = metrics
        .filter((metric) => metric.dimensions['BucketName'] === name)
        .map((metric) => ({ metric, point: metric.points(now - 3 * DAY, now).at(-1) }))
        .filter(({ point }) => point !== undefined);
      const bytes = newest
        .filter(
          ({ metric }) => metric.name === 'BucketSizeBytes' && !OVERHEAD.test(metric.dimensions['StorageType'] ?? ''),
        )
        .reduce((sum, { point }) => sum + (point?.value ?? 0), 0);
      const objects = newest.find(({ metric }) => metric.name === 'NumberOfObjects')?.point?.value;

      // Of the last two days there are no points yet: what is younger is in the bucket alone.
      const versions = Array.from({ length: bucket.versions().length }, (_, index) =>
        bucket.versions().at(index),
      ).filter((version) => now - (version?.last_modified.getTime() ?? 0) > 2 * DAY);
      const parts = bucket.uploads.flatMap((upload) => upload.parts);
      const stored = [...versions, ...parts].reduce((sum, each) => sum + (each?.size ?? 0), 0);
      expect(bytes).toBe(stored);
      expect(objects).toBe(versions.length + parts.length);
    },
  );

  test('have 90 days of history with gaps, several storage types and an overhead', () => {
    const sizes = sampleMetrics(store).filter(
      ({ name, dimensions }) => name === 'BucketSizeBytes' && dimensions['BucketName'] === 'shop-prod-files',
    );
    const types = sizes.map(({ dimensions }) => dimensions['StorageType']);
    expect(types).toEqual(expect.arrayContaining(['StandardStorage', 'StandardIAStorage', 'StandardIASizeOverhead']));
    const standard = sizes.find(({ dimensions }) => dimensions['StorageType'] === 'StandardStorage');
    const points = standard?.points(0, Date.now()) ?? [];
    expect(points).toHaveLength(86);
    expect((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0)).toBe(89 * DAY);
    expect(points.at(-1)?.value).toBeGreaterThan(points[0]?.value ?? 0);
  });
});
