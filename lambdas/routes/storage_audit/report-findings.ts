/**
 * What of a part's objects and documents is told when its side of the bucket was a report. The report is older than the
 * database's answer, so what the app wrote and deleted since looks wrong too: S3 is asked for each key before it is called
 * orphaned, missing or of another size, and the database once more after that. What there is too much of to be asked for
 * is counted as not confirmed. The rule: docs/decisions/storage-audit.md.
 */
import { UpstreamTimeoutError } from '../../errors.ts';
import { KNOWN } from '../../mendix/files/documents.ts';
import { keyOf } from '../../mendix/files/key-layout.ts';
import { STORAGE_CLASSES } from '../../upstreams/s3/listing/entries.ts';
import { compareKeys } from '../../upstreams/s3/object-key.ts';
import type { ObjectNow } from '../../upstreams/s3/object-now.ts';
import {
  type AuditScope,
  type DatabaseSide,
  MAX_LOOKS,
  type Part,
  type RangeState,
  type ReportSide,
} from './audit-scope.ts';
import type { AuditTally } from './audit-tally.ts';
import { differs, type ListedObject, SUSPECT_NUMBERS } from './judgement.ts';
import type { KnownKeys } from './known-keys.ts';
import { type ListRow, minuteOf, missingRow, objectRow } from './list-row.ts';
import { askForEach, isDocument, type KnownNow, MAX_SINGLE_KEYS, type SecondLook } from './second-look.ts';
import { addTo, addUnder, type Count, moveTo, sumOf, type Totals } from './totals.ts';
import { type Unseen, unseenDocuments } from './unseen.ts';

/** Side by side; S3 takes 5,500 a second below a prefix (Amazon S3 user guide, "Best practices design patterns"). */
const CONNECTIONS = 16;

/** What S3 has now, by key; one that is not in it was not asked for. */
type Seen = ReadonlyMap<string, ObjectNow | null>;

/** Completes what a report has counted. */
export class ReportFindings {
  readonly totals: Totals;
  readonly #part: Part;
  readonly #scope: AuditScope;
  readonly #tally: AuditTally;
  readonly #report: ReportSide;
  readonly #until: number;
  readonly #rows: ListRow[] = [];

  /** @param until milliseconds since the epoch after which S3 is asked for no further key */
  constructor(
    part: Part,
    scope: AuditScope,
    tally: AuditTally,
    { report, until }: { report: ReportSide; until: number },
  ) {
    this.#part = part;
    this.#scope = scope;
    this.#tally = tally;
    this.#report = report;
    this.#until = until;
    this.totals = tally.totals;
  }

  /** In key order. */
  get rows(): ListRow[] {
    return this.#rows.sort((a, b) => compareKeys(a.key, b.key));
  }

  /** Rows of objects for which the database is not asked again: what has a foreign key, and is there still. */
  async listObjects(): Promise<void> {
    if (this.#part.list === null) return;
    const objects = this.#tally.objects.flat();
    const seen = await this.#lookAt(objects.map((object) => this.#keyOf(object)));
    for (const object of objects) if (seen.get(this.#keyOf(object))) this.#listObject(object, null);
  }

  /**
   * Asks S3 and the database for what looked wrong, and counts it.
   *
   * @param rest ranges of the part that are not done
   * @throws the errors of both
   */
  async complete(keys: KnownKeys, rest: readonly RangeState[], { queries, catalog }: DatabaseSide): Promise<void> {
    const { totals } = this;
    // Counted with no word to S3 about any of them.
    moveTo(totals.size_mismatch, totals.unconfirmed_mismatches);
    const objects = this.#candidates();
    const mismatches = this.#mismatches(keys);
    const unseen = this.#unseen(keys, rest);
    const uuids = [...objects, ...mismatches, ...unseen].flatMap(({ uuid }) => uuid ?? []);
    const before = await askForEach(queries, catalog, uuids);
    const absent = this.#oldOnes(unseen, before);
    const seen = await this.#lookAt([
      ...objects.map((object) => this.#keyOf(object)),
      ...[...mismatches, ...absent].map(({ key }) => key),
    ]);
    const gone = [...mismatches, ...absent].filter(({ key }) => seen.get(key) === null);
    const listed = this.#part.list === null ? [] : objects;
    const after = await askForEach(
      queries,
      catalog,
      [...gone, ...listed].flatMap(({ uuid }) => uuid ?? []),
    );
    for (const object of objects) this.#settleObject(object, seen, after);
    for (const mismatch of mismatches) this.#settleMismatch(mismatch, seen, before, after);
    for (const document of absent) this.#settleAbsent(document, seen, after);
  }

  /** What looks orphaned, or is to be listed; none where there is too much of it. */
  #candidates(): readonly ListedObject[] {
    const objects = this.#tally.objects.flat();
    if (this.#part.list !== null) return objects;
    const { orphaned, unconfirmed_orphans } = this.totals;
    const [count, bytes] = sumOf(orphaned.values());
    if (count === objects.length && count <= MAX_LOOKS) return objects;
    addTo(unconfirmed_orphans, count, bytes);
    orphaned.clear();
    return [];
  }

  /** Objects of another size than their document's, and those that may be younger than the database's answer. */
  #mismatches(keys: KnownKeys): (ListedObject & { uuid: string })[] {
    const numbers = this.#tally.suspects.flat();
    const { unconfirmed_mismatches } = this.totals;
    if (numbers.length > MAX_LOOKS * SUSPECT_NUMBERS && this.#part.list === null) {
      for (let at = 0; at < numbers.length; at += SUSPECT_NUMBERS) {
        addTo(unconfirmed_mismatches, 1, numbers[at + 1] ?? 0);
      }
      return [];
    }
    return Array.from({ length: numbers.length / SUSPECT_NUMBERS }, (_, index) => {
      const at = index * SUSPECT_NUMBERS;
      const [row = 0, size = 0, minute = 0, storageClass = 0] = numbers.slice(at, at + SUSPECT_NUMBERS);
      const uuid = keys.uuid(row);
      const storage_class = STORAGE_CLASSES[storageClass] ?? '';
      return { key: keyOf(uuid, this.#scope.layout), uuid, size, minute, storage_class, kind: keys.kind(row) };
    });
  }

  /** Documents that the report has no object of; none where there are too many. */
  #unseen(keys: KnownKeys, rest: readonly RangeState[]): readonly Unseen[] {
    const { ranges, list } = this.#part;
    const unseen: Unseen[] = [];
    const tooMany: Count = [0, 0];
    for (const document of unseenDocuments(keys, ranges, rest, this.#scope.layout)) {
      addTo(tooMany, 1, Math.max(0, document.size));
      if (list !== null || unseen.length <= MAX_SINGLE_KEYS) unseen.push(document);
    }
    if (list !== null || unseen.length <= MAX_SINGLE_KEYS) return unseen;
    moveTo(tooMany, this.totals.unconfirmed_missing);
    return [];
  }

  /** Those that the report should have: a younger document's object came later. */
  #oldOnes(unseen: readonly Unseen[], before: SecondLook): readonly Unseen[] {
    const old = unseen.filter(({ uuid }) => {
      const now = before.of(uuid);
      if (!isDocument(now)) return false;
      if (now.created === null || now.created < this.#report.as_of) return true;
      addTo(this.totals.not_in_report, 1, Math.max(0, now.size));
      return false;
    });
    if (old.length <= MAX_LOOKS || this.#part.list !== null) return old;
    for (const { size } of old) addTo(this.totals.unconfirmed_missing, 1, Math.max(0, size));
    return [];
  }

  #settleObject(object: ListedObject, seen: Seen, after: SecondLook): void {
    const now = seen.get(this.#keyOf(object));
    if (this.#part.list !== null) {
      if (now) this.#listObject(object, object.uuid === null ? null : after.of(object.uuid));
      return;
    }
    if (now && minuteOf(now.last_modified) < this.#scope.ages.old_before) return;
    const { totals } = this;
    const { size, storage_class } = object;
    addUnder(totals.orphaned, storage_class, -1, -size);
    if (totals.orphaned.get(storage_class)?.[0] === 0) totals.orphaned.delete(storage_class);
    if (now === undefined) addTo(totals.unconfirmed_orphans, 1, size);
    // Written anew since the report: as young as that says.
    else addTo(now === null ? totals.deleted_since : totals.too_young, 1, size);
  }

  #settleMismatch(object: ListedObject & { uuid: string }, seen: Seen, before: SecondLook, after: SecondLook): void {
    const { key, uuid, size } = object;
    const { totals } = this;
    const now = seen.get(key);
    const document = before.of(uuid);
    if (now === undefined) addTo(totals.unconfirmed_mismatches, 1, size);
    else if (now === null) {
      const still = after.of(uuid);
      addTo(totals.deleted_since, 1, size);
      if (isDocument(still)) this.#countMissing(key, still);
    } else if (document !== null && document.kind >= KNOWN.new) {
      addTo(totals.pending[document.kind - KNOWN.new] ?? [0, 0], 1, size);
    } else if (document === null) addTo(totals.too_young, 1, size);
    else if (isDocument(document) && differs(now.size, document.size, this.#scope.ages)) {
      addTo(totals.size_mismatch, 1, now.size);
      this.#addToEntity('size_mismatch', document.entity, [1, now.size]);
      if (this.#part.list === 'size_mismatch') this.#listObject({ ...object, size: now.size }, document);
    } else addTo(totals.referenced, 1, size);
  }

  #settleAbsent({ uuid, key, size }: Unseen, seen: Seen, after: SecondLook): void {
    const now = seen.get(key);
    if (now === undefined) addTo(this.totals.unconfirmed_missing, 1, Math.max(0, size));
    else if (now !== null) addTo(this.totals.not_in_report, 1, Math.max(0, size));
    else {
      const still = after.of(uuid);
      if (isDocument(still)) this.#countMissing(key, still);
    }
  }

  #countMissing(key: string, document: KnownNow): void {
    const bytes = Math.max(0, document.size);
    addTo(this.totals.missing, 1, bytes);
    this.#addToEntity('missing', document.entity, [1, bytes]);
    if (this.#part.list === 'missing') this.#rows.push(missingRow(key, document));
  }

  /** Somebody may delete what is listed as orphaned: it must be one still. */
  #listObject(object: ListedObject, now: KnownNow | null): void {
    if (this.#part.list === 'orphaned' && now !== null) return;
    this.#rows.push(objectRow(object, now, this.#scope.layout, this.#scope.as_of));
  }

  #addToEntity(what: 'missing' | 'size_mismatch', entity: string | null, count: Count): void {
    if (entity !== null && this.totals.by_entity !== null) addUnder(this.totals.by_entity[what], entity, ...count);
  }

  #keyOf({ key, uuid }: ListedObject): string {
    return key === '' && uuid !== null ? keyOf(uuid, this.#scope.layout) : key;
  }

  /**
   * Asks S3 for each key while there is time.
   *
   * @throws UpstreamTimeoutError with a list, whose rows must all have been asked for
   */
  async #lookAt(keys: readonly string[]): Promise<Seen> {
    const seen = new Map<string, ObjectNow | null>();
    const left = keys.values();
    const worker = async () => {
      for (const key of left) {
        if (Date.now() >= this.#until) return;
        seen.set(key, await this.#report.look(key));
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONNECTIONS, keys.length) }, worker));
    if (this.#part.list !== null && seen.size < new Set(keys).size) throw new UpstreamTimeoutError('s3');
    return seen;
  }
}
