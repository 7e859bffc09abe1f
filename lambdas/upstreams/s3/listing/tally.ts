/** What a listing counts, as numbers that can be added, dropped and carried in a cursor. */

import { compareKeys } from '../object-key.ts';
import { type Entries, KIND, STORAGE_CLASSES } from './entries.ts';

/** A number of objects and the sum of their sizes. */
export interface Count {
  objects: number;
  bytes: number;
}

/** Which keys count, and below which prefixes they are summed up. */
export interface CountRules {
  /** What all keys of the listing begin with. */
  prefix: string;
  /** A key counts when what follows `pattern_after` in it matches. `null`: every key. */
  pattern: RegExp | null;
  /** The environment's own prefix: `prefix` may reach further. */
  pattern_after: string;
  /** Levels of `/` below `prefix` that get their own sums; 0: none. */
  depth: number;
}

/** A tally as JSON: objects, bytes, noncurrent objects and bytes, delete markers, then class, objects, bytes … */
export type TallyState = [number, number, number, number, number, ...(string | number)[]];

/**
 * What a range, a page or a whole listing has counted. Tallies of disjoint sets of keys add up, so pages can be read in
 * any order, and what a range counted can be dropped and counted again.
 */
export class Tally {
  /** What a GET of the key would give. */
  readonly current: Count = { objects: 0, bytes: 0 };
  /** Versions that were overwritten or deleted; 0 in a listing of objects. */
  readonly noncurrent: Count = { objects: 0, bytes: 0 };
  /** Markers that hide older versions; they have a key and no bytes. */
  deleteMarkers = 0;
  /** Current objects by storage class. */
  readonly classes = new Map<string, Count>();
  /** Current objects by prefix, down to the depth of the rules. */
  readonly prefixes = new Map<string, Count>();

  /** Entries that were read for it: what dropping it would cost. */
  get entries(): number {
    return this.current.objects + this.noncurrent.objects + this.deleteMarkers;
  }

  /** Counts what of `entries` lies up to the key `upto` (`null`: all) and fits the rules. */
  count(entries: Entries, upto: string | null, rules: CountRules): void {
    if (upto === null && rules.pattern === null && rules.depth === 0) {
      this.#addAll(entries);
      return;
    }
    for (let i = 0; i < entries.count; i++) {
      const key = entries.key(i);
      if (upto !== null && compareKeys(key, upto) > 0) continue;
      if (rules.pattern !== null && !rules.pattern.test(key.slice(rules.pattern_after.length))) continue;
      this.#add(entries, i);
      if (rules.depth > 0 && entries.kinds[i] === KIND.current) this.#addToPrefixes(key, entries.sizes[i] ?? 0, rules);
    }
  }

  /** Adds `other`, whose keys are others than those counted here. */
  merge(other: Tally): void {
    this.current.objects += other.current.objects;
    this.current.bytes += other.current.bytes;
    this.noncurrent.objects += other.noncurrent.objects;
    this.noncurrent.bytes += other.noncurrent.bytes;
    this.deleteMarkers += other.deleteMarkers;
    for (const [name, count] of other.classes) add(this.classes, name, count.objects, count.bytes);
    for (const [name, count] of other.prefixes) add(this.prefixes, name, count.objects, count.bytes);
  }

  /** As JSON, for a cursor; without the prefixes, of which only the unfinished ones travel. */
  state(): TallyState {
    const classes = [...this.classes].flatMap(([name, { objects, bytes }]) => [name, objects, bytes]);
    const { current, noncurrent } = this;
    return [current.objects, current.bytes, noncurrent.objects, noncurrent.bytes, this.deleteMarkers, ...classes];
  }

  /** The tally that {@link state} was taken from. */
  static from(state: TallyState): Tally {
    const [objects, bytes, noncurrentObjects, noncurrentBytes, deleteMarkers, ...classes] = state;
    const tally = new Tally();
    tally.current.objects = objects;
    tally.current.bytes = bytes;
    tally.noncurrent.objects = noncurrentObjects;
    tally.noncurrent.bytes = noncurrentBytes;
    tally.deleteMarkers = deleteMarkers;
    for (let i = 0; i < classes.length; i += 3) {
      add(tally.classes, String(classes[i]), Number(classes[i + 1]), Number(classes[i + 2]));
    }
    return tally;
  }

  /** Nearly all entries are current ones in `STANDARD`: added up as numbers, and looked up once. */
  #addAll(entries: Entries): void {
    let objects = 0;
    let bytes = 0;
    for (let i = 0; i < entries.count; i++) {
      if (entries.kinds[i] === KIND.current && entries.classes[i] === 0) {
        objects++;
        bytes += entries.sizes[i] ?? 0;
      } else {
        this.#add(entries, i);
      }
    }
    if (objects === 0) return;
    this.current.objects += objects;
    this.current.bytes += bytes;
    add(this.classes, STORAGE_CLASSES[0] ?? '', objects, bytes);
  }

  #add(entries: Entries, i: number): void {
    const bytes = entries.sizes[i] ?? 0;
    switch (entries.kinds[i]) {
      case KIND.current:
        this.current.objects++;
        this.current.bytes += bytes;
        add(this.classes, STORAGE_CLASSES[entries.classes[i] ?? 0] ?? '', 1, bytes);
        break;
      case KIND.noncurrent:
        this.noncurrent.objects++;
        this.noncurrent.bytes += bytes;
        break;
      default:
        this.deleteMarkers++;
    }
  }

  /** With depth 2 below `a/`, the key `a/b/c/d.txt` counts for `a/b/` and `a/b/c/`; `a/d.txt` for none. */
  #addToPrefixes(key: string, bytes: number, { prefix, depth }: CountRules): void {
    let slash = prefix.length - 1;
    for (let level = 0; level < depth; level++) {
      slash = key.indexOf('/', slash + 1);
      if (slash < 0) return;
      add(this.prefixes, key.slice(0, slash + 1), 1, bytes);
    }
  }
}

function add(to: Map<string, Count>, name: string, objects: number, bytes: number): void {
  const count = to.get(name);
  if (count === undefined) {
    to.set(name, { objects, bytes });
  } else {
    count.objects += objects;
    count.bytes += bytes;
  }
}
