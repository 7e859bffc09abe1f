/** `source=both` of a bucket that has an inventory report: the report beside metrics and listing, and what is between them. */
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket, type StoredObject, type StoredVersion } from '@mrt/local-aws/s3/store.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import type { Bucket as ConfiguredBucket } from '../../../../lambdas/environment-settings.ts';
import type { EnvironmentRequest } from '../../../../lambdas/exchange.ts';
import type { TotalsQueries } from '../../../../lambdas/inventory/answer.ts';
import { bucketSize, type Position } from '../../../../lambdas/routes/bucket_size/bucket-size.ts';
import type { BucketSizeParameters } from '../../../../lambdas/routes/bucket_size/chosen-buckets.ts';
import type { InventorySource } from '../../../../lambdas/routes/bucket_size/inventory.ts';
import { route } from '../../../../lambdas/routes/bucket_size/route.ts';
import { UpstreamFailedError, UpstreamThrottledError } from '../../../../lambdas/upstream-errors.ts';
import { knownMetrics, metricAverages } from '../../../../lambdas/upstreams/cloudwatch/metrics.ts';
import { listBucket } from '../../../../lambdas/upstreams/s3/listing/listing.ts';
import { unfinishedUploads } from '../../../../lambdas/upstreams/s3/listing/uploads.ts';
import { sampleStore } from '../../../../local/samples/buckets.ts';
import { inventoryReport, type ReportObject } from '../../../../local/samples/inventory-report.ts';
import { sampleMetrics } from '../../../../local/samples/metrics.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { iamWith, REGION } from '../../../packages/local-aws/s3/client.ts';
import { engineOver } from '../../inventory/asked-report.ts';
import { actAs } from '../../process-credentials.ts';

const HOUR_MS = 3_600_000;
const MADE = new Date(Math.floor(Date.now() / HOUR_MS - 8) * HOUR_MS);
const BARE: ConfiguredBucket = { bucket: 'shop-prod-files', region: REGION, prefix: null, key_pattern: null };
const REPORTED: ConfiguredBucket = {
  ...BARE,
  inventory: {
    bucket: 'reports',
    region: REGION,
    prefix: 'p/',
    format: 'parquet',
    schedule: 'daily',
    fields: null,
    table: '"reports"."one"',
    workgroup: 'reports',
  },
};
const somebody = principal([EVERYTHING]);
const every = <T>(sequence: { length: number; at(index: number): T | undefined }) =>
  Array.from({ length: sequence.length }, (_, i) => sequence.at(i)).filter((one) => one !== undefined);

/** Some of a sample bucket, as most of the time would be the listing's. */
const source = smallBucket(300);
const store = new Map([[BARE.bucket, source]]);
let s3: HttpService;
let cloudwatch: HttpService;
let restore: () => void;

beforeAll(async () => {
  s3 = await startS3({ iam: iamWith(somebody), store });
  cloudwatch = await startCloudWatch({ iam: iamWith(somebody), metrics: sampleMetrics(store) });
  restore = actAs(somebody, {
    AWS_ENDPOINT_URL_S3: s3.address.href,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.address.href,
  });
});
afterEach(() => s3.faults.clear());
afterAll(async () => {
  restore();
  await Promise.all([s3.stop(), cloudwatch.stop()]);
});

/** The bucket as it was before its first `few` objects were written. */
function before(few: number): { bucket: Bucket; written: StoredObject[] } {
  const { name, region } = source;
  const objects = every(source.objects);
  const bucket = new Bucket({ name, region, objects: objects.slice(few), history: historyOf(source) });
  return { bucket, written: objects.slice(0, few) };
}

function smallBucket(size: number): Bucket {
  const whole = sampleStore(REGION).get(BARE.bucket);
  if (whole === undefined) throw new Error('the sample has no such bucket');
  const { name, region, objects, uploads } = whole;
  return new Bucket({
    name,
    region,
    objects: every(objects).slice(0, size),
    history: historyOf(whole).slice(0, size),
    uploads: uploads.slice(0, 3),
  });
}

function historyOf(bucket: Bucket): StoredVersion[] {
  return every(bucket.versions()).filter(({ latest, delete_marker }) => !latest || delete_marker);
}

/** A report of the bucket, its SQL run by DuckDB. @param more what Athena does otherwise */
function reportOf(bucket: Bucket, more: Partial<TotalsQueries> = {}, made = MADE) {
  const objects = inventoryReport({ source: bucket, destination: 'reports', prefix: 'p/', format: 'parquet', made });
  const asked: string[] = [];
  const inventory: InventorySource = {
    reports: {
      keys: async (_, prefix, suffix) =>
        objects.map(({ key }) => key).filter((key) => key.startsWith(prefix) && key.endsWith(suffix)),
      async text(_, key) {
        const object = objects.find((one: ReportObject) => one.key === key);
        if (object === undefined) throw new UpstreamFailedError('inventory', 'not-found');
        return object.body.toString('utf8');
      },
    },
    queries: {
      start: async ({ sql }) => String(asked.push(sql) - 1),
      stop: async () => undefined,
      stateOf: async () => ({ state: 'succeeded', bytes_scanned: 1, reused: false, output: null }),
      async rowsOf(id) {
        const { columns, rows } = await engineOver(objects, 'parquet').run(asked[Number(id)] ?? '');
        return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
      },
      ...more,
    },
  };
  return { asked, inventory };
}

interface Asked {
  bucket?: ConfiguredBucket;
  position?: Position | null;
  /** Until the deadline. */
  milliseconds?: number;
}

async function askBoth(inventory: InventorySource, { bucket = REPORTED, position = null, milliseconds }: Asked = {}) {
  const context: Context = { deadline: new Deadline(Date.now() + (milliseconds ?? 20_000)), timing: new Timing() };
  const request = {
    environment: { name: 'shop-prod', labels: {}, offers: ['bucket_size'], buckets: [bucket] },
    parameters: { source: 'both' },
    limit: 100,
    position,
    deadline: context.deadline,
  } as unknown as EnvironmentRequest<BucketSizeParameters, Position>;
  const answer = await bucketSize(request, {
    averages: (queries, period, region) => metricAverages(queries, period, region, context),
    known: (query, region) => knownMetrics(query, region, context),
    list: (listing, at, deadline) => listBucket(listing, at, { ...context, deadline }),
    uploads: (one, deadline) => unfinishedUploads(one, { ...context, deadline }),
    inventory: async () => inventory,
  });
  // What goes out is what the route declares.
  expect(route.answer.safeParse(answer.body).error).toBeUndefined();
  return { ...answer, row: answer.body.buckets[0] };
}

const secondsBetween = (time: string | null | undefined) => (Date.parse(time ?? '') - MADE.getTime()) / 1_000;

test('a report of the same objects is equal to the listing, and the metrics’ difference is explained by it to the byte', async () => {
  const { row, body } = await askBoth(reportOf(source).inventory);
  const { metrics, listing } = row?.inventory_difference ?? {};
  expect(row?.inventory).toMatchObject({ size_bytes: row?.listing?.size_bytes, as_of: expect.any(String) });
  expect(listing).toEqual({ size_bytes: 0, object_count: 0, seconds: secondsBetween(row?.listing?.as_of) });
  expect(metrics).toEqual({ ...row?.difference, seconds: secondsBetween(row?.as_of) });
  expect(metrics?.parts.find(({ what }) => what === 'unexplained')).toMatchObject({ size_bytes: 0, object_count: 0 });
  expect(body.complete).toBe(true);
  expect(row?.report).toEqual({ schedule: 'daily' });
});

test('what was written since the report is what lies between it and the listing', async () => {
  const { bucket, written } = before(3);
  const { row } = await askBoth(reportOf(bucket).inventory);
  const size_bytes = written.reduce((sum, { size }) => sum + size, 0);
  expect(size_bytes).toBeGreaterThan(0);
  expect(row?.inventory_difference?.listing).toMatchObject({ size_bytes, object_count: 3 });
  const unexplained = row?.inventory_difference?.metrics?.parts.find(({ what }) => what === 'unexplained');
  expect(unexplained).toMatchObject({ size_bytes, object_count: 3 });
});

test('a bucket without a report costs no question to Athena, and misses nothing', async () => {
  const { asked, inventory } = reportOf(source);
  const { row } = await askBoth(inventory, { bucket: BARE });
  expect(asked).toEqual([]);
  expect(row).toMatchObject({ inventory: null, inventory_difference: null, complete: true, error: null });
  expect(row).not.toHaveProperty('report');
});

test('a report that cannot be asked leaves metrics, listing and their difference, and says why it is not there', async () => {
  const failing = async () => {
    throw new UpstreamThrottledError('athena');
  };
  const { row, faults } = await askBoth(reportOf(source, { start: failing }).inventory);
  expect(row).toMatchObject({ inventory: null, inventory_difference: null, complete: false });
  expect(row?.error).toMatchObject({ type: '/problems/upstream-throttled', source: 'athena' });
  expect(row?.difference?.parts.every(({ complete }) => complete)).toBe(true);
  expect(faults).toHaveLength(1);
});

test('an old report is shown, with its age, and called old', async () => {
  const made = new Date(MADE.getTime() - 72 * HOUR_MS);
  const { row } = await askBoth(reportOf(source, {}, made).inventory);
  expect(row?.error).toMatchObject({ type: '/problems/inventory-unavailable', reason: 'old' });
  expect(row?.inventory_difference?.listing?.seconds).toBeGreaterThan(72 * 3_600);
  expect(row?.complete).toBe(false);
});

test('a listing that fails leaves the report and what lies between it and the metrics', async () => {
  s3.faults.inject({ kind: 'denied', every: 1 });
  const { row } = await askBoth(reportOf(source).inventory);
  expect(row).toMatchObject({ listing: null, difference: null, complete: false, error: { reason: 'access-denied' } });
  expect(row?.inventory?.object_count).toBeGreaterThan(0);
  expect(row?.inventory_difference?.listing).toBeNull();
  expect(row?.inventory_difference?.metrics?.parts[0]).toMatchObject({ what: 'noncurrent_versions', complete: true });
});

test('a query that takes longer goes on by the cursor, and what was listed is not listed again', async () => {
  const { asked, inventory } = reportOf(source, { stateOf: async () => ({ state: 'running' }) });
  const first = await askBoth(inventory, { milliseconds: 3_000 });
  expect(first.row).toMatchObject({ inventory: null, complete: false, listing: { complete: true } });
  expect(first.next?.query?.id).toBe('0');
  const listed = s3.faults.requests('ListObjectVersions');
  const done: InventorySource = {
    ...inventory,
    queries: {
      ...inventory.queries,
      stateOf: async () => ({ state: 'succeeded', bytes_scanned: 1, reused: false, output: null }),
    },
  };
  const second = await askBoth(done, { position: first.next });
  expect(second.row).toMatchObject({ complete: true, listing: first.row?.listing, difference: first.row?.difference });
  expect(second.row?.inventory_difference?.listing).toMatchObject({ size_bytes: 0, object_count: 0 });
  expect(second.next).toBeNull();
  expect(s3.faults.requests('ListObjectVersions')).toBe(listed);
  expect(asked).toHaveLength(1);
});
