/** What an audit counts, as numbers that add up and travel in a cursor. */
import { QUEUE_STATES } from '../../mendix/files/documents.ts';

/** A number of objects, or of documents, and their bytes. */
export type Count = [objects: number, bytes: number];

/** Each object is in one class, so the sum of the classes is what was listed. */
export interface Totals {
  referenced: Count;
  /** By `QUEUE_STATES`. */
  pending: Count[];
  /** By storage class. */
  orphaned: Map<string, Count>;
  too_young: Count;
  foreign: Count;
  size_mismatch: Count;
  /** They fit the layout, and the database could not be asked. */
  unknown: Count;
  /** Of a report: what looked orphaned, and S3 has no more. */
  deleted_since: Count;
  /** Documents whose object is not in the report and is not called missing: it came later. */
  not_in_report: Count;
  /** Of a report: what looks orphaned, missing, or of another size, and is too much to ask S3 for one by one. */
  unconfirmed_orphans: Count;
  unconfirmed_missing: Count;
  unconfirmed_mismatches: Count;
  /** Documents without an object, with the bytes that the database believes in. */
  missing: Count;
  /** By entity; `null` when there are more than can be carried or asked for. */
  by_entity: { missing: Map<string, Count>; size_mismatch: Map<string, Count> } | null;
}

/** {@link Totals} as JSON. */
export type TotalsState = [
  simple: Count[],
  pending: Count[],
  orphaned: [string, Count][],
  missing: [string, Count][] | null,
  size_mismatch: [string, Count][] | null,
];

const SIMPLE = [
  ...(['referenced', 'too_young', 'foreign', 'size_mismatch', 'unknown', 'missing'] as const),
  ...(['deleted_since', 'not_in_report'] as const),
  ...(['unconfirmed_orphans', 'unconfirmed_missing', 'unconfirmed_mismatches'] as const),
];
/** Of the names of entities in a cursor, in bytes of JSON: the rest of it needs some 4,000 of its 4,500. */
const MAX_ENTITY_BYTES = 1_000;

export function newTotals(): Totals {
  return {
    referenced: [0, 0],
    pending: QUEUE_STATES.map((): Count => [0, 0]),
    orphaned: new Map(),
    too_young: [0, 0],
    foreign: [0, 0],
    size_mismatch: [0, 0],
    unknown: [0, 0],
    missing: [0, 0],
    deleted_since: [0, 0],
    not_in_report: [0, 0],
    unconfirmed_orphans: [0, 0],
    unconfirmed_missing: [0, 0],
    unconfirmed_mismatches: [0, 0],
    by_entity: { missing: new Map(), size_mismatch: new Map() },
  };
}

export function addTo(count: Count, objects: number, bytes: number): void {
  count[0] += objects;
  count[1] += bytes;
}

/** Adds to the count that stands under a name. */
export function addUnder(counts: Map<string, Count>, name: string, objects: number, bytes: number): void {
  const count = counts.get(name);
  if (count === undefined) counts.set(name, [objects, bytes]);
  else addTo(count, objects, bytes);
}

/** Adds `other` to `totals`; they have no object and no document in common. */
export function addTotals(totals: Totals, other: Totals): void {
  for (const name of SIMPLE) addTo(totals[name], ...other[name]);
  for (const [state, count] of totals.pending.entries()) addTo(count, ...(other.pending[state] ?? [0, 0]));
  for (const [name, count] of other.orphaned) addUnder(totals.orphaned, name, ...count);
  if (totals.by_entity === null || other.by_entity === null) {
    totals.by_entity = null;
    return;
  }
  for (const what of ['missing', 'size_mismatch'] as const) {
    for (const [name, count] of other.by_entity[what]) addUnder(totals.by_entity[what], name, ...count);
  }
}

/** For a cursor. Where the entities' names do not fit, they are given up for good: half of them would be a wrong figure. */
export function totalsState(totals: Totals): TotalsState {
  const { by_entity } = totals;
  const entities = [by_entity && [...by_entity.missing], by_entity && [...by_entity.size_mismatch]] as const;
  const fits = Buffer.byteLength(JSON.stringify(entities)) <= MAX_ENTITY_BYTES;
  const [missing, size_mismatch] = fits ? entities : [null, null];
  return [SIMPLE.map((name) => totals[name]), totals.pending, [...totals.orphaned], missing, size_mismatch];
}

/** The totals that {@link totalsState} was taken from. */
export function totalsFrom([simple, pending, orphaned, missing, size_mismatch]: TotalsState): Totals {
  const totals = newTotals();
  for (const [i, name] of SIMPLE.entries()) addTo(totals[name], ...(simple[i] ?? [0, 0]));
  for (const [state, count] of totals.pending.entries()) addTo(count, ...(pending[state] ?? [0, 0]));
  totals.orphaned = new Map(orphaned);
  totals.by_entity =
    missing === null || size_mismatch === null
      ? null
      : { missing: new Map(missing), size_mismatch: new Map(size_mismatch) };
  return totals;
}

/** Every object that was listed, or that the report has. */
export function listed(totals: Totals): Count {
  const { referenced, pending, orphaned, too_young, foreign, size_mismatch, unknown } = totals;
  const { deleted_since, unconfirmed_orphans, unconfirmed_mismatches } = totals;
  return sumOf([
    ...[referenced, ...pending, ...orphaned.values(), too_young, foreign, size_mismatch, unknown],
    ...[deleted_since, unconfirmed_orphans, unconfirmed_mismatches],
  ]);
}

/** Moves all of a count to another. */
export function moveTo(from: Count, to: Count): void {
  addTo(to, ...from);
  from[0] = 0;
  from[1] = 0;
}

export function sumOf(counts: Iterable<Count>): Count {
  const sum: Count = [0, 0];
  for (const count of counts) addTo(sum, ...count);
  return sum;
}
