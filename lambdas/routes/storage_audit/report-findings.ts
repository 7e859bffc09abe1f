/**
 * What of a part's objects and documents is told when its side of the bucket was a report. The report is older than the
 * database's answer, so what the app wrote and deleted since looks wrong too: S3 is asked for each key before it is called
 * orphaned, missing or of another size, and the database once more after that. What there is too much of to be asked for
 * is counted as not confirmed. The rule: docs/decisions/storage-audit.md.
 */
import { KNOWN } from '../../mendix/files/documents.ts';
import { keyOf } from '../../mendix/files/key-layout.ts';
import { compareKeys } from '../../upstreams/s3/object-key.ts';
import type { AuditScope, DatabaseSide, Part, RangeState, ReportSide } from './audit-scope.ts';
import type { AuditTally } from './audit-tally.ts';
import { differs, type ListedObject } from './judgement.ts';
import type { KnownKeys } from './known-keys.ts';
import { type ListRow, minuteOf, missingRow, objectRow } from './list-row.ts';
import { lookAtEach, type Seen } from './report-looks.ts';
import { ReportSuspects } from './report-suspects.ts';
import { askForEach, isDocument, type KnownNow, type SecondLook } from './second-look.ts';
import { addTo, addUnder, type Count, moveTo, type Totals } from './totals.ts';
import type { Unseen } from './unseen.ts';

/** Completes what a report has counted. */
export class ReportFindings {
  readonly totals: Totals;
  readonly #part: Part;
  readonly #scope: AuditScope;
  readonly #tally: AuditTally;
  readonly #report: ReportSide;
  readonly #until: number;
  readonly #suspects: ReportSuspects;
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
    this.#suspects = new ReportSuspects(part, scope, tally, report.as_of);
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
    const objects = this.#suspects.candidates();
    const mismatches = this.#suspects.mismatches(keys);
    const unseen = this.#suspects.unseen(keys, rest);
    const uuids = [...objects, ...mismatches, ...unseen].flatMap(({ uuid }) => uuid ?? []);
    const before = await askForEach(queries, catalog, uuids);
    const absent = this.#suspects.oldOnes(unseen, before);
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

  #lookAt(keys: readonly string[]): Promise<Seen> {
    return lookAtEach(keys, this.#report, this.#until, this.#part.list !== null);
  }
}
