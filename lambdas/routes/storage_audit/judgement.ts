/** Which class an object is in, by what the database knows of its key. The rule stands in docs/decisions/storage-audit.md. */
import { KNOWN } from '../../mendix/files/documents.ts';
import { uuidText } from '../../mendix/files/key-layout.ts';
import { STORAGE_CLASSES } from '../../upstreams/s3/listing/entries.ts';
import type { KnownKeys } from './known-keys.ts';
import type { OddObject, PageObjects } from './page-objects.ts';
import { addTo, addUnder, type Totals } from './totals.ts';

/** Times as `Entries.minute` writes them. */
export interface Ages {
  /** Objects that were last written before it are old enough to be orphans. */
  old_before: number;
  /** Objects that were last written from then on may have come after the database was read. */
  fresh_from: number;
  /** Bytes by which an object may differ from its document's size. */
  size_tolerance: number;
}

/**
 * What is asked of the database again: of each the row of `KnownKeys`, the object's size, minute and storage class, one
 * after the other. A bucket that was copied a minute ago has nothing else, so they are kept as numbers.
 */
export type Suspects = number[];

/** Numbers of one suspect. */
export const SUSPECT_NUMBERS = 4;

/** An object that a list may show. */
export interface ListedObject {
  key: string;
  uuid: string | null;
  size: number;
  minute: number;
  storage_class: string;
  kind: number | null;
}

export type ListedClass = 'orphaned' | 'foreign' | 'pending_deletion';

/** Where a page's objects go. */
export interface Verdicts {
  totals: Totals;
  suspects: Suspects;
  objects: ListedObject[];
  /** False when there are too many to ask for the entities of all. */
  keepsMismatches: boolean;
  /** False when there are too many to ask S3 for each: they are counted only. */
  keepsObjects: boolean;
}

/**
 * Judges the objects of a page that is whole.
 *
 * @param keys `null`: the database could not be asked
 * @param listed the class whose objects are wanted one by one
 */
export function judge(
  page: PageObjects,
  keys: KnownKeys | null,
  ages: Ages,
  listed: ListedClass | null,
  to: Verdicts,
): void {
  for (let i = 0; i < page.count; i++) {
    const size = page.sizes[i] ?? 0;
    const minute = page.minutes[i] ?? 0;
    const storageClass = page.classes[i] ?? 0;
    if (keys === null) {
      addTo(to.totals.unknown, 1, size);
      continue;
    }
    const row = keys.find(page.words, 4 * i, true);
    const kind = row < 0 ? null : keys.kind(row);
    const isMismatch = kind === KNOWN.document && differs(size, keys.size(row), ages);
    const isFresh = kind !== null && minute >= ages.fresh_from;
    if (isFresh || (isMismatch && to.keepsMismatches)) {
      to.suspects.push(row, size, minute, storageClass);
      continue;
    }
    if (isMismatch) {
      // True as it stands, the object being older than the database's answer; only its entity remains unknown.
      addTo(to.totals.size_mismatch, 1, size);
      to.totals.by_entity = null;
      continue;
    }
    const verdict = count(kind, size, minute, STORAGE_CLASSES[storageClass] ?? '', ages, to.totals);
    if (verdict === null || verdict !== listed || !to.keepsObjects) continue;
    const [a = 0, b = 0, c = 0, d = 0] = page.words.subarray(4 * i, 4 * i + 4);
    to.objects.push({
      key: '',
      uuid: uuidText(a, b, c, d),
      size,
      minute,
      storage_class: STORAGE_CLASSES[storageClass] ?? '',
      kind,
    });
  }
  for (const object of page.odd) judgeOdd(object, keys, ages, listed, to);
}

/** True for a document whose size is known and another one than its object's. */
export function differs(size: number, documentSize: number, { size_tolerance }: Pick<Ages, 'size_tolerance'>): boolean {
  return documentSize > 0 && Math.abs(size - documentSize) > size_tolerance;
}

/** Counts an object that needs no second look. @returns the class, where that has a list of objects */
function count(
  kind: number | null,
  size: number,
  minute: number,
  storage_class: string,
  { old_before }: Ages,
  totals: Totals,
): ListedClass | null {
  if (kind === KNOWN.document || kind === KNOWN.emptyDocument) {
    addTo(totals.referenced, 1, size);
    return null;
  }
  if (kind !== null) {
    addTo(totals.pending[kind - KNOWN.new] ?? [0, 0], 1, size);
    return 'pending_deletion';
  }
  if (minute >= old_before) {
    addTo(totals.too_young, 1, size);
    return null;
  }
  addUnder(totals.orphaned, storage_class, 1, size);
  return 'orphaned';
}

/** No UUID as Mendix writes one: foreign, unless the database has just this key. */
function judgeOdd(
  object: OddObject,
  keys: KnownKeys | null,
  ages: Ages,
  listed: ListedClass | null,
  { totals, objects, keepsObjects }: Verdicts,
): void {
  const { key, size, minute, storage_class, fits } = object;
  const known = keys?.odd.get(key);
  if (known !== undefined) known.seen = true;
  let verdict: ListedClass | null = 'foreign';
  if (known === undefined && !fits) addTo(totals.foreign, 1, size);
  else if (keys === null) {
    addTo(totals.unknown, 1, size);
    verdict = null;
  } else if (known?.kind === KNOWN.document && differs(size, known.size, ages)) {
    addTo(totals.size_mismatch, 1, size);
    verdict = null;
  } else verdict = count(known?.kind ?? null, size, minute, storage_class, ages, totals);
  if (verdict !== null && verdict === listed && keepsObjects) {
    objects.push({ key, uuid: known?.uuid ?? null, size, minute, storage_class, kind: known?.kind ?? null });
  }
}
