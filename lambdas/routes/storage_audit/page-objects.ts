/** The objects of one page of a listing, kept until the page is whole and the database's keys are there. */
import { type KeyLayout, type KeyReader, newUuidWords, uuidIn } from '../../mendix/files/key-layout.ts';
import { type Entries, STORAGE_CLASSES } from '../../upstreams/s3/listing/entries.ts';
import type { CountRules } from '../../upstreams/s3/listing/tally.ts';
import { compareKeys } from '../../upstreams/s3/object-key.ts';

/** S3 gives 1,000 entries a page; some servers give more. */
const CAPACITY = 1_024;

/** An object whose key is no UUID in small letters. */
export interface OddObject {
  key: string;
  size: number;
  minute: number;
  storage_class: string;
  /** Whether it fits the layout all the same: its UUID has capital letters. */
  fits: boolean;
}

/** In arrays of numbers, 33 bytes each. */
export class PageObjects {
  count = 0;
  /** Four of a UUID, one object after the other. */
  readonly words = new Uint32Array(4 * CAPACITY);
  readonly sizes = new Float64Array(CAPACITY);
  /** As `Entries.minute`. */
  readonly minutes = new Float64Array(CAPACITY);
  /** Places in `STORAGE_CLASSES`. */
  readonly classes = new Uint8Array(CAPACITY);
  readonly odd: OddObject[] = [];

  get full(): boolean {
    return this.count === CAPACITY;
  }
}

const words = newUuidWords();

/**
 * Takes what of `entries` lies up to `upto` (`null`: all) and belongs to the environment.
 *
 * @param room gives where to put the next object
 * @returns how many were taken, and their bytes
 */
export function takeObjects(
  entries: Entries,
  upto: string | null,
  rules: CountRules,
  { layout, reader }: { layout: KeyLayout; reader: KeyReader },
  room: () => PageObjects,
): { objects: number; bytes: number } {
  // Most pages are taken whole, and most keys stand in them as they are: no text is made of those.
  const isPlain = upto === null && reader.isPlain;
  const { bytes: written, keyStarts, keyEnds } = entries;
  let objects = 0;
  let bytes = 0;
  for (let i = 0; i < entries.count; i++) {
    let key = '';
    let isUuid = isPlain && reader.read(written, keyStarts[i] ?? 0, keyEnds[i] ?? 0, words);
    if (!isUuid) {
      key = entries.key(i);
      if (upto !== null && compareKeys(key, upto) > 0) continue;
      isUuid = reader.readText(key, words);
      // A key that fits is the environment's own, whatever else its pattern lets through.
      if (!isUuid && rules.pattern !== null && !rules.pattern.test(key.slice(rules.pattern_after.length))) continue;
    }
    const page = room();
    const size = entries.sizes[i] ?? 0;
    const storageClass = entries.classes[i] ?? 0;
    objects++;
    bytes += size;
    if (isUuid) {
      const at = page.count++;
      page.words.set(words, 4 * at);
      page.sizes[at] = size;
      page.minutes[at] = entries.minute(i);
      page.classes[at] = storageClass;
    } else {
      page.odd.push({
        key,
        size,
        minute: entries.minute(i),
        storage_class: STORAGE_CLASSES[storageClass] ?? '',
        fits: uuidIn(key, layout) !== null,
      });
    }
  }
  return { objects, bytes };
}
