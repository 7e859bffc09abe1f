/** What a range of the listing counts with, and the one place that judges what it has read. */
import { type KeyLayout, KeyReader } from '../../mendix/files/key-layout.ts';
import type { Entries } from '../../upstreams/s3/listing/entries.ts';
import type { Inspection } from '../../upstreams/s3/listing/request.ts';
import { type CountRules, Tally, type TallyState } from '../../upstreams/s3/listing/tally.ts';
import { type Ages, judge, type ListedClass, type ListedObject, SUSPECT_NUMBERS, type Suspects } from './judgement.ts';
import type { KnownKeys } from './known-keys.ts';
import { PageObjects, takeObjects } from './page-objects.ts';
import { addTotals, newTotals, type Totals } from './totals.ts';

/** Pages that wait for the database's keys: 1 MB. With more, the listing waits too. */
const MAX_HELD_PAGES = 30;
/** Totals go another way: a listing's own cursor carries none of them. */
const NOTHING: TallyState = [0, 0, 0, 0, 0];

/** What it looks for, and how long. */
export interface InspectionOptions {
  layout: KeyLayout;
  ages: Ages;
  /** The class whose objects are wanted one by one, and how many are enough. */
  listed: ListedClass | null;
  max_objects: number;
  /** Of those, how many are kept; the rest is counted only. */
  max_kept: number;
  /** Objects of another size than their document's that are kept to ask for their entities. */
  max_suspects: number;
  /** Milliseconds since the epoch after which no page is asked for; asked each time, as it may be brought forward. */
  until: () => number;
}

/** The listing of one part, read while the database's keys still come. */
export class PartInspection implements Inspection {
  readonly #options: InspectionOptions;
  readonly #reading: Promise<unknown>;
  readonly #layout: { layout: KeyLayout; reader: KeyReader };
  readonly #pool: PageObjects[] = [];
  #keys: KnownKeys | null | 'reading' = 'reading';
  #held = 0;
  #objects = 0;
  #suspects = 0;

  /** @param reading ends with the keys, or with `null` where the database could not be asked; it never rejects */
  constructor(options: InspectionOptions, reading: Promise<KnownKeys | null>) {
    this.#options = options;
    this.#layout = { layout: options.layout, reader: new KeyReader(options.layout) };
    this.#reading = reading.then((keys) => {
      this.#keys = keys;
    });
  }

  tally = (): AuditTally => new AuditTally(this);

  async ready(): Promise<void> {
    if (this.#held > MAX_HELD_PAGES) await this.#reading;
  }

  enough(): boolean {
    return Date.now() >= this.#options.until() || this.#objects + this.#suspects > this.#options.max_objects;
  }

  newPage(): PageObjects {
    return this.#pool.pop() ?? new PageObjects();
  }

  take(entries: Entries, upto: string | null, rules: CountRules, room: () => PageObjects) {
    return takeObjects(entries, upto, rules, this.#layout, room);
  }

  /** Judges what is left of the whole listing: a short one may have ended before the keys came. */
  async complete(tally: AuditTally): Promise<void> {
    await this.#reading;
    this.settle(tally);
  }

  /** Judges the pages of a tally, or holds them while the keys are not there. */
  settle(tally: AuditTally): void {
    if (this.#keys === 'reading') {
      this.#held += tally.pages.length;
      return;
    }
    const { ages, listed } = this.#options;
    for (const page of tally.pages.splice(0)) {
      const suspects: Suspects = [];
      const keepsMismatches = this.#suspects < this.#options.max_suspects;
      const objects: ListedObject[] = [];
      const keepsObjects = this.#objects < this.#options.max_kept;
      judge(page, this.#keys, ages, listed, {
        totals: tally.totals,
        suspects,
        objects,
        keepsMismatches,
        keepsObjects,
      });
      if (suspects.length > 0) tally.suspects.push(suspects);
      if (objects.length > 0) tally.objects.push(objects);
      this.#objects += objects.length;
      this.#suspects += suspects.length / SUSPECT_NUMBERS;
      page.count = 0;
      page.odd.length = 0;
      this.#pool.push(page);
    }
  }
}

/** Counts by class. Pages are judged when they are whole: when the range, or the listing, takes them over. */
export class AuditTally extends Tally {
  readonly #inspection: PartInspection;
  /** Not judged yet. */
  readonly pages: PageObjects[] = [];
  readonly totals: Totals = newTotals();
  /** One list a page: tallies are added up often, and lists by reference cost nothing. */
  readonly suspects: Readonly<Suspects>[] = [];
  readonly objects: (readonly ListedObject[])[] = [];

  constructor(inspection: PartInspection) {
    super();
    this.#inspection = inspection;
  }

  override count(entries: Entries, upto: string | null, rules: CountRules): void {
    const { objects, bytes } = this.#inspection.take(entries, upto, rules, () => this.#room());
    this.current.objects += objects;
    this.current.bytes += bytes;
  }

  override merge(other: Tally): void {
    super.merge(other);
    if (!(other instanceof AuditTally)) return;
    this.#inspection.settle(other);
    this.pages.push(...other.pages);
    addTotals(this.totals, other.totals);
    this.suspects.push(...other.suspects);
    this.objects.push(...other.objects);
  }

  override state(): TallyState {
    return NOTHING;
  }

  #room(): PageObjects {
    const last = this.pages.at(-1);
    if (last !== undefined && !last.full) return last;
    const page = this.#inspection.newPage();
    this.pages.push(page);
    return page;
  }
}
