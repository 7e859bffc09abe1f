/** What of a part's objects and documents is told when the listing has ended: the second look, and the rows of a list. */
import { KNOWN } from '../../mendix/files/documents.ts';
import { STORAGE_CLASSES } from '../../upstreams/s3/listing/entries.ts';
import { compareKeys } from '../../upstreams/s3/object-key.ts';
import type { AuditScope, DatabaseSide, Part, RangeState } from './audit-scope.ts';
import type { AuditTally } from './audit-tally.ts';
import { differs, type ListedObject, SUSPECT_NUMBERS, type Suspects } from './judgement.ts';
import type { KnownKeys } from './known-keys.ts';
import { type ListRow, missingRow, objectRow } from './list-row.ts';
import { askForEach, isDocument, MAX_SINGLE_KEYS, readAgain, type SecondLook } from './second-look.ts';
import { addTo, addUnder, type Count, type Totals } from './totals.ts';
import { type Unseen, unseenDocuments } from './unseen.ts';

/** Completes what the listing has counted. */
export class Findings {
  readonly totals: Totals;
  readonly #part: Part;
  readonly #scope: AuditScope;
  readonly #tally: AuditTally;
  readonly #rows: ListRow[] = [];

  constructor(part: Part, scope: AuditScope, tally: AuditTally) {
    this.#part = part;
    this.#scope = scope;
    this.#tally = tally;
    this.totals = tally.totals;
  }

  /** In key order. */
  get rows(): ListRow[] {
    return this.#rows.sort((a, b) => compareKeys(a.key, b.key));
  }

  /** Rows of objects for which the database is not asked again: what has a foreign key. */
  async listObjects(): Promise<void> {
    for (const object of this.#tally.objects.flat()) {
      this.#rows.push(objectRow(object, null, this.#scope.layout, this.#scope.as_of));
    }
  }

  /**
   * Asks the database again for what looked wrong, and counts it.
   *
   * @param rest ranges of the part that are not done
   * @throws the database's errors
   */
  async complete(keys: KnownKeys, rest: readonly RangeState[], database: DatabaseSide): Promise<void> {
    const { suspects } = this.#tally;
    const objects = this.#tally.objects.flat();
    const look = await this.#look(keys, rest, objects, database);
    if (!look.hasEntities) this.totals.by_entity = null;
    for (const page of suspects) {
      for (let at = 0; at < page.length; at += SUSPECT_NUMBERS) this.#countSuspect(page, at, keys, look);
    }
    for (const document of unseenDocuments(keys, this.#part.ranges, rest, this.#scope.layout)) {
      this.#countUnseen(document, look);
    }
    for (const object of objects) this.#listObject(object, look);
  }

  /** Few are asked for one by one, which tells their entities too. */
  #look(
    keys: KnownKeys,
    rest: readonly RangeState[],
    objects: readonly ListedObject[],
    { queries, catalog, server }: DatabaseSide,
  ): Promise<SecondLook> {
    const uuids = objects.flatMap(({ uuid }) => uuid ?? []);
    const isTooMany = () => uuids.length > MAX_SINGLE_KEYS && this.#part.list === null;
    for (const page of this.#tally.suspects) {
      for (let at = 0; at < page.length && !isTooMany(); at += SUSPECT_NUMBERS) uuids.push(keys.uuid(page[at] ?? 0));
    }
    const unseen = unseenDocuments(keys, this.#part.ranges, rest, this.#scope.layout);
    for (const { uuid } of isTooMany() ? [] : unseen) {
      uuids.push(uuid);
      if (isTooMany()) break;
    }
    if (!isTooMany()) return askForEach(queries, catalog, uuids);
    const { keys: range, expected } = this.#part;
    return readAgain(queries, catalog, { range, layout: this.#scope.layout, server, expected });
  }

  #countSuspect(page: Readonly<Suspects>, at: number, keys: KnownKeys, look: SecondLook): void {
    const [row = 0, size = 0, minute = 0, storageClass = 0] = page.slice(at, at + SUSPECT_NUMBERS);
    const uuid = keys.uuid(row);
    const now = look.of(uuid);
    const { totals } = this;
    const { ages, layout, as_of } = this.#scope;
    const object = {
      key: '',
      uuid,
      size,
      minute,
      storage_class: STORAGE_CLASSES[storageClass] ?? '',
      kind: now?.kind ?? null,
    };
    if (now === null) {
      // Let go of meanwhile. An old one is counted as what it was before.
      addTo(minute >= ages.fresh_from ? totals.too_young : totals.size_mismatch, 1, size);
    } else if (now.kind >= KNOWN.new) {
      addTo(totals.pending[now.kind - KNOWN.new] ?? [0, 0], 1, size);
      if (this.#part.list === 'pending_deletion') this.#rows.push(objectRow(object, now, layout, as_of));
    } else if (isDocument(now) && differs(size, now.size, ages)) {
      addTo(totals.size_mismatch, 1, size);
      this.#addToEntity('size_mismatch', now.entity, [1, size]);
      if (this.#part.list === 'size_mismatch') this.#rows.push(objectRow(object, now, layout, as_of));
    } else {
      addTo(totals.referenced, 1, size);
    }
  }

  /** Of a document that is gone, or has lost its contents, nothing is missing. */
  #countUnseen({ uuid, key }: Unseen, look: SecondLook): void {
    const now = look.of(uuid);
    if (!isDocument(now)) return;
    const bytes = Math.max(0, now.size);
    addTo(this.totals.missing, 1, bytes);
    this.#addToEntity('missing', now.entity, [1, bytes]);
    if (this.#part.list === 'missing') this.#rows.push(missingRow(key, now));
  }

  /** Somebody may delete what is listed as orphaned: it must be one still. */
  #listObject(object: ListedObject, look: SecondLook): void {
    const now = object.uuid === null ? null : look.of(object.uuid);
    if (this.#part.list === 'orphaned' && now !== null) return;
    this.#rows.push(objectRow(object, now, this.#scope.layout, this.#scope.as_of));
  }

  #addToEntity(what: 'missing' | 'size_mismatch', entity: string | null, count: Count): void {
    if (entity !== null && this.totals.by_entity !== null) addUnder(this.totals.by_entity[what], entity, ...count);
  }
}
