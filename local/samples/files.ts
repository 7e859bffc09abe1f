/**
 * The files of the sample apps: one list that fills both `system$filedocument` and the buckets,
 * with the blemishes of a real app (mendix.com: files deleted from the app may stay in the bucket).
 */

import { Random } from '@mrt/local-aws/random/seeded-random.ts';
import { FATES, type Fate, KINDS, type Kinds, type SampleEnvironment, SEEDS } from './file-mix.ts';

export type StorageClass = 'STANDARD' | 'STANDARD_IA' | 'GLACIER';

export interface SampleFile {
  /** The object's key, after the environment's prefix; `system$filedocument.__uuid__`. */
  uuid: string;
  /** Name of the file as its user sees it. */
  name: string;
  /** Bytes of the object; also of the one that is deleted or missing. */
  size: number;
  /** `system$filedocument.size`: -1 before it is measured, 0 where the file was not found. */
  database_size: number;
  created: Date;
  /** Concrete entity: `Sales.OrderDocument`. */
  entity: string;
  /** A row in `system$filedocument`. */
  in_database: boolean;
  has_contents: boolean;
  /** A current object in the bucket. */
  in_bucket: boolean;
  /** State of its row in `system$unreferencedfile`; `null` without one. */
  unreferenced: 'New' | 'Obsolete' | 'Deleted' | null;
  storage_class: StorageClass;
  /** Noncurrent versions, newest first. Only in a versioned bucket. */
  superseded: { size: number; written: Date; storage_class: StorageClass }[];
  /** When a delete marker was put on the key; `null` for the others. */
  deleted: Date | null;
}

/** A multipart upload that was never completed. */
export interface SampleUpload {
  uuid: string;
  upload_id: string;
  initiated: Date;
  parts: { size: number; written: Date }[];
}

const DAY = 86_400_000;

/**
 * Every file of the sample, in no particular order; the same list on each call of a day.
 *
 * @param today midnight UTC of the day to generate for: ages are counted from it, keys and sizes do not depend on it
 */
export function sampleFiles(environment: SampleEnvironment, today = startOfDay(new Date())): SampleFile[] {
  const random = new Random(SEEDS[environment]);
  const fates: readonly (readonly [Fate, number])[] = Object.entries(FATES[environment]) as [Fate, number][];
  return fates.flatMap(([fate, count]) =>
    Array.from({ length: count }, (_, index) => sampleFile(random, KINDS[environment], fate, index, today)),
  );
}

/** Uploads that were begun and neither completed nor aborted. */
export function sampleUploads(environment: SampleEnvironment, today = startOfDay(new Date())): SampleUpload[] {
  const random = new Random(`uploads of ${environment}`);
  // One has more parts than a page of ListParts, one has none at all.
  const partCounts = environment === 'shop-prod' ? [1200, 0, ...Array.from({ length: 12 }, () => 3)] : [2, 1];
  return partCounts.map((count) => {
    const initiated = new Date(today.getTime() - random.between(3, 80) * DAY - random.between(0, DAY - 1));
    return {
      uuid: random.uuid(),
      upload_id: random.uuid().replaceAll('-', '') + random.uuid().replaceAll('-', ''),
      initiated,
      parts: Array.from({ length: count }, (_, part) => ({
        size: part === count - 1 ? random.between(1, 5_242_880) : 5_242_880,
        written: new Date(initiated.getTime() + (part + 1) * 2000),
      })),
    };
  });
}

/** Midnight UTC of a moment's day. */
export function startOfDay(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / DAY) * DAY);
}

function sampleFile(random: Random, kinds: Kinds, fate: Fate, index: number, today: Date): SampleFile {
  const kind = random.weighted(kinds);
  // More files in the latest months; none of the last two days, which the newest metric does not cover yet.
  const age = 2 * DAY + 730 * DAY * random.next() ** 1.6;
  const created = new Date(today.getTime() - Math.floor(age / 1000) * 1000);
  const size = fate === 'empty' ? 0 : Math.max(1, Math.round(kind.median * Math.exp(2.2 * (random.next() - 0.5) * 2)));
  const storage_class = age > 180 * DAY && random.next() < 0.5 ? 'STANDARD_IA' : 'STANDARD';
  const deleted = fate === 'deleted' ? later(created, age, random) : null;
  return {
    uuid: random.uuid(),
    name: `${kind.stem}-${random.between(10_000, 999_999)}.${kind.ending}`,
    size,
    database_size: fate === 'unmeasured' ? -1 : fate === 'not_found' ? 0 : size,
    created,
    entity: kind.entity,
    in_database: !['orphaned', 'pending', 'deleted'].includes(fate),
    has_contents: fate !== 'empty',
    in_bucket: !['missing', 'not_found', 'empty', 'deleted'].includes(fate),
    unreferenced: fate === 'pending' ? ((['New', 'Obsolete', 'Deleted'] as const)[index % 3] ?? null) : null,
    storage_class,
    superseded:
      fate === 'superseded'
        ? Array.from({ length: 1 + (index % 3) }, (_, version) => ({
            size: Math.ceil(size * (0.6 + random.next() * 0.3)),
            written: new Date(created.getTime() - (version + 1) * 3_600_000),
            storage_class,
          }))
        : deleted === null
          ? []
          : // The bucket's lifecycle rule moves what was deleted long ago to Glacier.
            [
              {
                size,
                written: created,
                storage_class: today.getTime() - deleted.getTime() > 90 * DAY ? 'GLACIER' : storage_class,
              },
            ],
    deleted,
  };
}

/** A moment between then and two days ago. */
function later(created: Date, age: number, random: Random): Date {
  return new Date(created.getTime() + Math.floor(((age - 2 * DAY) * random.next()) / 1000) * 1000);
}
