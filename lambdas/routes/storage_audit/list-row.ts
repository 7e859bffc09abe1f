/** A row of `list=…`. */
import { KNOWN, QUEUE_STATES } from '../../mendix/files/documents.ts';
import { type KeyLayout, keyOf } from '../../mendix/files/key-layout.ts';
import type { AnswerOf } from '../../route.ts';
import type { ListedObject } from './judgement.ts';
import type { route } from './route.ts';
import type { KnownNow } from './second-look.ts';

/** What can be listed one by one. */
export type FileList = 'orphaned' | 'missing' | 'foreign' | 'size_mismatch' | 'pending_deletion';

/** As it goes out; what each field means stands in `route.ts`. */
export type ListRow = NonNullable<AnswerOf<typeof route>['keys']>[number];

const HOUR_MS = 3_600_000;

/** The row of an object. `now`: the document or the row of the queue that has its key. */
export function objectRow(object: ListedObject, now: KnownNow | null, layout: KeyLayout, asOf: Date): ListRow {
  const { uuid, size, minute, storage_class, kind } = object;
  const modified = timeOf(minute);
  return {
    key: object.key === '' && uuid !== null ? keyOf(uuid, layout) : object.key,
    size_bytes: size,
    document_size_bytes: now !== null && now.size > 0 ? now.size : null,
    storage_class,
    last_modified: modified.toISOString().replace('.000Z', 'Z'),
    age_hours: Math.max(0, Math.floor((asOf.getTime() - modified.getTime()) / HOUR_MS)),
    state: kind !== null && kind >= KNOWN.new ? (QUEUE_STATES[kind - KNOWN.new] ?? 'other') : null,
    entity: now?.entity ?? null,
  };
}

/** The row of a document whose object is not there. */
export function missingRow(key: string, { size, entity }: KnownNow): ListRow {
  return {
    key,
    size_bytes: null,
    document_size_bytes: size > 0 ? size : null,
    storage_class: null,
    last_modified: null,
    age_hours: null,
    state: null,
    entity,
  };
}

/** The start of a minute that is written as digits: 202611260905. */
export function timeOf(minute: number): Date {
  const digits = String(minute).padStart(12, '0');
  const [, year, month, day, hour, min] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(min)));
}

/** A time's minute as digits, which compare as the times do. */
export function minuteOf(time: Date): number {
  return Number(time.toISOString().replace(/\D/g, '').slice(0, 12));
}
