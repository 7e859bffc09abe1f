/** Inventory reports of shop-prod's bucket that a test puts where S3 delivers them. */
import { createHash } from 'node:crypto';
import { Bucket, etagOf } from '@mrt/local-aws/s3/store.ts';
import { inventoryReport, type ReportObject } from '../../local/samples/inventory-report.ts';
import type { RunningSystem } from '../end-to-end/running-system.ts';
import { bucketOfVersions, version } from '../lambdas/inventory/asked-report.ts';

/** What the keys of its reports begin with. */
export const PREFIX = 's3/shop-prod-files/daily/';
export const HOUR_MS = 3_600_000;

/** A report of shop-prod's bucket, as if it had one object. */
export function reportOfOne(made = new Date(Date.now() - HOUR_MS)): ReportObject[] {
  const source = bucketOfVersions('shop-prod-files', [version('the-only-one', 7)]);
  return inventoryReport({ source, destination: 'shop-inventories', prefix: PREFIX, format: 'parquet', made });
}

/** Puts a report where reports are delivered. @param isKept of what is there. @returns makes it as it was */
export function deliver(
  system: RunningSystem,
  report: readonly ReportObject[],
  isKept: (key: string) => boolean,
): () => void {
  const { buckets } = system;
  const destination = buckets.get('shop-inventories');
  if (destination === undefined) throw new Error('there are no reports');
  const { name, region } = destination;
  const before = Array.from({ length: destination.objects.length }, (_, index) => destination.objects.at(index));
  const delivered = report.map(({ key, body }) => ({ ...version(key, body.length), body, etag: etagOf(body) }));
  const objects = [...before.filter((object) => object !== undefined && isKept(object.key)), ...delivered];
  objects.sort((one, other) => ((one?.key ?? '') < (other?.key ?? '') ? -1 : 1));
  buckets.set(name, new Bucket({ name, region, objects: objects.filter((object) => object !== undefined) }));
  return () => void buckets.set(name, destination);
}

/** With another body in place of that of the object whose key ends so, and the manifest's checksum of what is then there. */
export function altered(
  report: readonly ReportObject[],
  ending: string,
  body: (text: string) => string,
): ReportObject[] {
  const changed = report.map((object) =>
    object.key.endsWith(ending)
      ? { ...object, body: Buffer.from(body(object.body.toString('latin1')), 'latin1') }
      : object,
  );
  const manifest = changed.find(({ key }) => key.endsWith('/manifest.json'))?.body ?? Buffer.alloc(0);
  const checksum = Buffer.from(createHash('md5').update(manifest).digest('hex'));
  return changed.map((object) => (object.key.endsWith('/manifest.checksum') ? { ...object, body: checksum } : object));
}
