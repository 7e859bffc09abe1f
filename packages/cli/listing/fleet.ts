/** Many environments in one table: the newest recorded figures of each route, side by side. */
import { GatewayError, ProblemError } from '@mrt/client';
import type { Answer, Api, Query } from '../api.ts';
import { valueAt } from '../terminal/cells.ts';

type Row = Readonly<Record<string, unknown>>;

/** What of one route's summary stands in the table. */
interface Figures {
  path: string;
  query: Query;
  /** Only some stages have the route, and only some callers its scope: where it is not there, neither are its columns. */
  isOptional?: true;
  /** Column by column: from an environment's summary, and from the total of all. */
  columns: Readonly<Record<string, { of: (summary: Row) => unknown; total: string | null }>>;
}

const FIGURES: readonly Figures[] = [
  {
    path: '/bucket_size',
    query: {},
    columns: { bucket_bytes: { of: bytesOfBuckets, total: 'size_bytes' } },
  },
  {
    path: '/table_size',
    query: { summary: true },
    columns: {
      database_bytes: { of: (summary) => valueAt(summary, 'database.size_bytes'), total: 'size_bytes' },
      free_bytes: { of: (summary) => valueAt(summary, 'database.server.free_bytes'), total: null },
    },
  },
  {
    path: '/users',
    query: { summary: true },
    columns: {
      internal_users: { of: (summary) => valueAt(summary, 'licence.internal'), total: 'internal' },
      external_users: { of: (summary) => valueAt(summary, 'licence.external'), total: 'external' },
    },
  },
  {
    path: '/micro_flow_constants',
    query: { summary: true },
    columns: {
      missing_constants: { of: ({ missing }) => missing, total: 'missing' },
      obsolete_constants: { of: ({ obsolete }) => obsolete, total: 'obsolete' },
    },
  },
  {
    path: '/airflow_health',
    query: { summary: true },
    isOptional: true,
    columns: {
      failing_dags: { of: (summary) => valueAt(summary, 'dags.states.failing'), total: 'failing' },
      late_dags: { of: (summary) => valueAt(summary, 'dags.late'), total: 'late' },
    },
  },
];

/** The table, and what should be known beside it. */
export interface Fleet {
  /** The most important first. */
  columns: string[];
  /** An environment each, and last the total. A figure that is not known is `null`. */
  rows: Row[];
  notes: string[];
  complete: boolean;
}

/**
 * Asks each route for the summaries of many environments. A route that the caller may not read leaves its columns empty
 * and says so; when none may be read, that is the error.
 *
 * @param which `environment` and `label`
 */
export async function fleet(api: Api, which: Query, signal: AbortSignal): Promise<Fleet> {
  const outcomes = await Promise.allSettled(FIGURES.map((figures) => summaries(api, figures, which, signal)));
  const asked = FIGURES.map((figures, index) => ({ ...figures, outcome: outcomes[index] as Outcome })).filter(
    ({ isOptional, outcome }) => !(isOptional && outcome.status === 'rejected' && isAbsent(outcome.reason)),
  );
  const refused = asked.flatMap(({ outcome }) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const [first] = refused;
  if (refused.length === asked.length || (first !== undefined && !refused.every(isRefusal))) throw first;

  const rows = new Map<string, Record<string, unknown>>();
  const total: Record<string, unknown> = { environment: 'total' };
  const names = ['environment', 'recorded_at', ...asked.flatMap(({ columns }) => Object.keys(columns))];
  const result: Fleet = { columns: names, rows: [], notes: [], complete: refused.length === 0 };
  for (const { path, columns, outcome } of asked) {
    if (outcome.status === 'rejected') {
      result.notes.push(`${path}: ${(outcome.reason as Error).message}`);
      continue;
    }
    for (const answer of outcome.value) {
      result.complete &&= answer['complete'] !== false;
      const { reason, taken_at } = answer['record'] as { reason: string | null; taken_at: string | null };
      if (reason !== null) result.notes.push(`the record: ${reason}${taken_at === null ? '' : `, from ${taken_at}`}`);
      for (const environment of answer['environments'] as Row[]) addTo(rows, environment, path, columns, result.notes);
      result.notes.push(...uncountedNotes(answer));
      for (const [column, { total: field }] of Object.entries(columns)) {
        if (field !== null) total[column] = valueAt(answer, `total.${field}`);
      }
    }
  }
  const environments = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  // Nothing adds up to nothing: a total of 0 would look like an answer.
  if (environments.length === 0) result.notes.push('no environment that you may read is like that');
  else result.rows = [...environments, total];
  return result;
}

type Outcome = PromiseSettledResult<Answer[]>;

/** A scope that is not there, which says nothing of the other routes. */
function isRefusal(error: unknown): boolean {
  return (error instanceof ProblemError || error instanceof GatewayError) && error.status === 403;
}

/** No such route, none for these environments, or no scope for it. */
function isAbsent(error: unknown): boolean {
  return isRefusal(error) || ((error instanceof ProblemError || error instanceof GatewayError) && error.status === 404);
}

async function summaries(api: Api, { path, query }: Figures, which: Query, signal: AbortSignal): Promise<Answer[]> {
  const pages: Answer[] = [];
  let cursor: string | null = null;
  do {
    const answer: Answer = await api.get(
      path,
      { ...which, ...query, limit: 1000, cursor: cursor ?? undefined },
      { signal },
    );
    pages.push(answer);
    cursor = answer['next_cursor'] as string | null;
  } while (cursor !== null);
  return pages;
}

function addTo(
  rows: Map<string, Record<string, unknown>>,
  environment: Row,
  path: string,
  columns: Figures['columns'],
  notes: string[],
): void {
  const name = String(environment['environment']);
  const summary = environment['summary'] as Row | null;
  const row = rows.get(name) ?? { environment: name, recorded_at: null };
  rows.set(name, row);
  for (const [column, { of }] of Object.entries(columns)) row[column] = summary === null ? null : of(summary);
  row['recorded_at'] = older(row['recorded_at'], environment['recorded_at']);
  const error = environment['error'] as { title: string; detail: string; source?: string } | null;
  // What is wrong with the record itself is said once.
  if (error !== null && error.source !== 'record')
    notes.push(`${name}, ${path.slice(1)}: ${error.title}. ${error.detail}`);
  // Of constants `missing` is a count.
  const missing = summary?.['missing'];
  for (const { what, reason } of Array.isArray(missing) ? (missing as { what: string; reason: string }[]) : []) {
    notes.push(`${name}, ${path.slice(1)}: missing ${what} (${reason})`);
  }
}

/** Of people: over environments that cannot be put side by side nobody says how many there are. */
function uncountedNotes(answer: Answer): string[] {
  const { not_counted = [] } = (answer['distinct'] ?? {}) as { not_counted?: string[] };
  return not_counted.length === 0 ? [] : [`different people are not counted over ${not_counted.join(', ')}`];
}

/** All figures of a row are at least as new as the oldest. */
function older(one: unknown, other: unknown): unknown {
  if (typeof one !== 'string' || typeof other !== 'string') return one ?? other;
  return one < other ? one : other;
}

/** `null` as soon as one bucket is not known: a sum without one of its parts would be wrong. */
function bytesOfBuckets({ buckets }: Row): number | null {
  let sum = 0;
  for (const { size_bytes } of buckets as { size_bytes: number | null }[]) {
    if (size_bytes === null) return null;
    sum += size_bytes;
  }
  return sum;
}
