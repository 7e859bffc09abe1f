/** The inventory reports of the sample buckets, as the configuration says that S3 writes them: the newest of each. */

import { compareKeys, type Sequence } from '@mrt/local-aws/s3/key-order.ts';
import { Bucket, etagOf, type StoredObject } from '@mrt/local-aws/s3/store.ts';
import { reportPrefix } from '../../config/inventory-names.ts';
import type { Config } from '../../config/schema.ts';
import { inventoryReport } from './inventory-report.ts';

const HOUR_MS = 3_600_000;
/** S3 begins at one in the morning here. */
const HOUR = 1;

/**
 * The buckets that reports are delivered to, by name; none without `inventory`. The reports are made when somebody first looks
 * for them, as the start does not wait for what few ask.
 *
 * @param now the reports are of the last one o'clock before it
 */
export function inventoryBuckets(config: Config, sources: ReadonlyMap<string, Bucket>, now: Date): Map<string, Bucket> {
  const { inventory, region } = config;
  const made = lastAt(HOUR, now);
  const names = new Set(Object.values(inventory?.buckets ?? {}).map(({ bucket }) => bucket));
  return new Map(
    [...names].map((name) => {
      const objects = new MadeWhenAsked(() => delivered(name, config, sources, made));
      return [name, new Bucket({ name, region, objects })];
    }),
  );
}

/** What lies in one of them, in key order. */
function delivered(
  destination: string,
  { inventory }: Config,
  sources: ReadonlyMap<string, Bucket>,
  made: Date,
): StoredObject[] {
  const reports = Object.entries(inventory?.buckets ?? {}).filter(([, report]) => report.bucket === destination);
  return reports
    .flatMap(([name, report]) => {
      const source = sources.get(name);
      // ORC is written by S3 alone: there is no library here that would.
      if (source === undefined || report.format === 'orc') return [];
      const prefix = reportPrefix(name, report);
      return inventoryReport({ source, destination, prefix, format: report.format, made });
    })
    .map(({ key, body }) => ({
      key,
      body,
      size: body.length,
      etag: etagOf(body),
      last_modified: made,
      storage_class: 'STANDARD',
      version_id: 'null',
    }))
    .sort((a, b) => compareKeys(a.key, b.key));
}

/** Objects that are made with the first question for one. */
class MadeWhenAsked implements Sequence<StoredObject> {
  readonly #make: () => StoredObject[];
  #objects: StoredObject[] | undefined;

  constructor(make: () => StoredObject[]) {
    this.#make = make;
  }

  get length(): number {
    return this.#all().length;
  }

  /** In the order of the keys. */
  at(index: number): StoredObject | undefined {
    return this.#all().at(index);
  }

  #all(): StoredObject[] {
    this.#objects ??= this.#make();
    return this.#objects;
  }
}

/** @example lastAt(1, new Date('2026-11-26T00:30:00Z')) // 2026-11-25T01:00:00Z */
function lastAt(hour: number, now: Date): Date {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour);
  return new Date(today <= now.getTime() ? today : today - 24 * HOUR_MS);
}
