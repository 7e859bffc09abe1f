/**
 * What of a report looks wrong, and is few enough that S3 is asked for each of it. What there is too much of is counted as not
 * confirmed. The rule: docs/decisions/storage-audit.md.
 */
import { type KeyLayout, keyOf } from '../../mendix/files/key-layout.ts';
import { STORAGE_CLASSES } from '../../upstreams/s3/listing/entries.ts';
import { type AuditScope, MAX_LOOKS, type Part, type RangeState } from './audit-scope.ts';
import type { AuditTally } from './audit-tally.ts';
import { type ListedObject, SUSPECT_NUMBERS } from './judgement.ts';
import type { KnownKeys } from './known-keys.ts';
import { isDocument, MAX_SINGLE_KEYS, type SecondLook } from './second-look.ts';
import { addTo, type Count, moveTo, sumOf, type Totals } from './totals.ts';
import { type Unseen, unseenDocuments } from './unseen.ts';

/** Finds what looks wrong in what a part has counted. */
export class ReportSuspects {
  readonly #part: Part;
  readonly #tally: AuditTally;
  readonly #totals: Totals;
  readonly #layout: KeyLayout;
  readonly #as_of: Date;

  /** @param as_of the report's time */
  constructor(part: Part, { layout }: Pick<AuditScope, 'layout'>, tally: AuditTally, as_of: Date) {
    this.#part = part;
    this.#tally = tally;
    this.#totals = tally.totals;
    this.#layout = layout;
    this.#as_of = as_of;
  }

  /** What looks orphaned, or is to be listed; none where there is too much of it. */
  candidates(): readonly ListedObject[] {
    const objects = this.#tally.objects.flat();
    if (this.#part.list !== null) return objects;
    const { orphaned, unconfirmed_orphans } = this.#totals;
    const [count, bytes] = sumOf(orphaned.values());
    if (count === objects.length && count <= MAX_LOOKS) return objects;
    addTo(unconfirmed_orphans, count, bytes);
    orphaned.clear();
    return [];
  }

  /** Objects of another size than their document's, and those that may be younger than the database's answer. */
  mismatches(keys: KnownKeys): (ListedObject & { uuid: string })[] {
    const numbers = this.#tally.suspects.flat();
    const { unconfirmed_mismatches } = this.#totals;
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
      return { key: keyOf(uuid, this.#layout), uuid, size, minute, storage_class, kind: keys.kind(row) };
    });
  }

  /** Documents that the report has no object of; none where there are too many. */
  unseen(keys: KnownKeys, rest: readonly RangeState[]): readonly Unseen[] {
    const { ranges, list } = this.#part;
    const unseen: Unseen[] = [];
    const tooMany: Count = [0, 0];
    for (const document of unseenDocuments(keys, ranges, rest, this.#layout)) {
      addTo(tooMany, 1, Math.max(0, document.size));
      if (list !== null || unseen.length <= MAX_SINGLE_KEYS) unseen.push(document);
    }
    if (list !== null || unseen.length <= MAX_SINGLE_KEYS) return unseen;
    moveTo(tooMany, this.#totals.unconfirmed_missing);
    return [];
  }

  /** Those that the report should have: a younger document's object came later. */
  oldOnes(unseen: readonly Unseen[], before: SecondLook): readonly Unseen[] {
    const old = unseen.filter(({ uuid }) => {
      const now = before.of(uuid);
      if (!isDocument(now)) return false;
      if (now.created === null || now.created < this.#as_of) return true;
      addTo(this.#totals.not_in_report, 1, Math.max(0, now.size));
      return false;
    });
    if (old.length <= MAX_LOOKS || this.#part.list !== null) return old;
    for (const { size } of old) addTo(this.#totals.unconfirmed_missing, 1, Math.max(0, size));
    return [];
  }
}
