/** The storage audit of an environment, as `GET /storage_audit` answers: one slice of it, and its figures when it is whole. */
import { type Figure, figureOf } from '../record/figure.ts';
import type { AuditRequest, Position } from '../routes/storage_audit/position.ts';
import { filesBucket } from '../routes/storage_audit/scope.ts';
import type { AuditAnswer } from '../routes/storage_audit/subject.ts';
import { type Recording, requestOf, type Turn } from './recording.ts';

type Body = AuditAnswer['body'];

/** Asks the route's domain. */
export type AskAudit = (request: AuditRequest) => Promise<AuditAnswer>;

/** Where an audit stands after its slice. */
export interface AuditSlice {
  /** `null`: it is not whole yet, or a side of it could not be asked. */
  recording: Recording | null;
  /** Where it goes on; `null`: it is whole, or begins anew. */
  rest: Position | null;
  /** Of the side that could not be asked; `null`: there is none. */
  error: Body['errors']['database'];
  faults: Recording['faults'];
}

/** Classes that the fleet is shown: those of objects, and the documents whose object is missing. */
const CLASSES = ['referenced', 'pending_deletion', 'orphaned', 'too_young', 'foreign', 'size_mismatch'] as const;

/**
 * Goes on from `position` as far as the turn's time lets.
 *
 * @throws what is no upstream's fault; an upstream's is the slice's error
 */
export async function recordStorageAudit(turn: Turn, ask: AskAudit, position: Position | null): Promise<AuditSlice> {
  const { body, next, faults = [] } = await ask(requestOf(turn, {}, 1, position));
  const { database, bucket } = body.errors;
  const rest = next !== null && 'totals' in next && next.database ? next : null;
  const error = database ?? bucket;
  if (error !== null) return { recording: null, rest, error, faults };
  return { recording: body.complete ? recordingOf(turn, body, faults) : null, rest, error: null, faults };
}

function recordingOf(turn: Turn, body: Body, faults: Recording['faults']): Recording {
  const { files, reconciliation, cost } = body;
  const counts = Object.fromEntries(
    [...CLASSES, 'listed' as const].map((name) => [name, countOf(reconciliation?.[name])]),
  );
  const missing = reconciliation?.missing ?? null;
  const { by_entity: _, by_month: __, ...ofFiles } = files ?? { by_entity: [], by_month: [] };
  return {
    as_of: body.as_of,
    complete: body.complete,
    summary: {
      bucket: reconciliation?.bucket ?? null,
      prefix: reconciliation?.prefix ?? null,
      files: files === null ? null : ofFiles,
      ...counts,
      missing: missing && { file_count: missing.file_count, size_bytes: missing.size_bytes },
      cost,
    },
    addends: [
      {
        once: thingOf(turn),
        within: null,
        figures: {
          listed_bytes: counts['listed']?.size_bytes ?? null,
          orphaned_objects: counts['orphaned']?.object_count ?? null,
          orphaned_bytes: counts['orphaned']?.size_bytes ?? null,
          missing_files: missing?.file_count ?? null,
          missing_bytes: missing?.size_bytes ?? null,
        },
      },
    ],
    figures: [
      ...CLASSES.flatMap((name) => figuresOf(name, counts[name]?.object_count, counts[name]?.size_bytes)),
      ...figuresOf('missing', missing?.file_count, missing?.size_bytes),
    ],
    source: body.source,
    faults,
  };
}

function countOf(count: { object_count: number; size_bytes: number } | null | undefined) {
  return count ? { object_count: count.object_count, size_bytes: count.size_bytes } : null;
}

/** Of missing ones the objects are documents, and the bytes are the database's. */
function figuresOf(name: string, objects: number | undefined, bytes: number | undefined): Figure[] {
  return [
    figureOf('storage_audit_bytes', { class: name }, bytes),
    figureOf('storage_audit_objects', { class: name }, objects),
  ];
}

/** Two environments with the same files and the same database have been audited twice, and count once. */
function thingOf({ environment }: Turn): string {
  const { database } = environment;
  const bucket = filesBucket(environment);
  return `${bucket?.bucket}/${bucket?.prefix ?? ''} ${database?.server}/${database?.name}`;
}
