/** Which DAGs an answer is about: a page of rows, or all of them added up. */
import { UnknownNameError, UpstreamTimeoutError } from '../../errors.ts';
import { nearNames } from '../../near-names.ts';
import { matchesPattern } from '../../pattern.ts';
import type { ParametersOf } from '../../route.ts';
import { failedTasks, runsUnderWay } from './airflow-state.ts';
import { judge } from './dag-state.ts';
import type { Dag, Run } from './documents.ts';
import { type DagFilter, type Lists, PAGE } from './lists.ts';
import { isTime, type Parts } from './parts.ts';
import type { Position } from './position.ts';
import { type Chunk, newestEnded, type Question, type Reading, readDags } from './reading.ts';
import type { route } from './route.ts';
import { type DagRow, lastRunOf, rowOf } from './rows.ts';
import { addDag, noTotals, summaryOf } from './totals.ts';
import type { Window } from './window.ts';

/** Pages of DAGs that are read at once for rows that a filter may leave out. */
const PAGES_AT_ONCE = 8;
const ALL_PAGES = Number.POSITIVE_INFINITY;

/** What the request asks, and of whom. */
export interface Asked {
  lists: Lists;
  parts: Parts;
  parameters: ParametersOf<typeof route>;
  window: Window;
  position: Position | null;
  limit: number;
}

/** What is asked of the whole Airflow, and belongs to single DAGs. `null`: it could not be had. */
export interface AboutRuns {
  current: Promise<ReadonlyMap<string, Run[]> | null>;
  failedTasks: Promise<ReadonlyMap<string, string[]> | null>;
}

/** Asks both at once; the reading of the DAGs goes on beside them. */
export function runsAndTasks({ lists, parts, window }: Asked): AboutRuns {
  return {
    current: parts.of('runs_under_way', () => runsUnderWay(lists)),
    failedTasks: parts.of('failed_tasks', () => failedTasks(lists, window.from)),
  };
}

/** What the DAGs gave. */
interface Selected {
  /** `null`: not all DAGs could be read. */
  summary: ReturnType<typeof summaryOf> | null;
  /** `null`: none could be read. */
  rows: DagRow[] | null;
  next: Position | null;
  positions: Position[] | null;
  /** Whether the time was over before the end. */
  isCut: boolean;
}

/**
 * All DAGs added up, on from where the cursor stands.
 *
 * @throws UpstreamTimeoutError when a cursor leads nowhere, which would go on for ever
 */
export async function dagSums(asked: Asked, about: AboutRuns): Promise<Selected> {
  const { position, parts, window } = asked;
  const reading = await readFrom(asked, about, ALL_PAGES);
  const [current, failed] = [await about.current, await about.failedTasks];
  if (reading === null) return { summary: null, rows: null, next: null, positions: null, isCut: true };
  const totals = position?.totals ?? noTotals();
  const chunks = withoutSeen(reading.chunks, position);
  for (const chunk of chunks) {
    for (const dag of chunk.dags) {
      if (!isAsked(dag, asked)) continue;
      const tally = chunk.tallies?.get(dag.id) ?? null;
      const judgement = judge({ dag, tally, isCurrentKnown: current !== null }, window.until);
      addDag(totals, { judgement, tally, failedTasks: failed?.get(dag.id)?.length ?? 0 });
    }
  }
  noteFaults(parts, reading);
  if (totals.dags === 0 && reading.cut === null) await refuseUnknown(asked);
  const last = lastOf(reading.chunks);
  if (position !== null && reading.cut !== null && chunks.every(({ dags }) => dags.length === 0)) throw reading.cut;
  const goesOn = isTime(reading.cut) && last !== null;
  return {
    summary:
      reading.cut !== null && !goesOn
        ? null
        : summaryOf(totals, { current: current !== null, failedTasks: failed !== null }),
    rows: null,
    next: goesOn ? { ...last, until: window.until, totals } : null,
    positions: null,
    isCut: reading.cut !== null,
  };
}

/**
 * A page of rows; on the first page with the sums of all DAGs, which are read anyway to give them.
 *
 * @throws UnknownNameError for one DAG that is not there; as {@link dagSums}
 */
export async function dagRows(asked: Asked, about: AboutRuns): Promise<Selected> {
  const { position, parts, window, limit } = asked;
  const isFiltered = asked.parameters.state !== undefined || asked.parameters.dag !== undefined;
  const pages = position === null ? ALL_PAGES : Math.max(Math.ceil(limit / PAGE) + 1, isFiltered ? PAGES_AT_ONCE : 0);
  const selected: { row: DagRow; dag: Dag; position: Position }[] = [];
  const totals = noTotals();
  let from = position;
  for (;;) {
    const reading = await readFrom({ ...asked, position: from }, about, pages);
    if (reading === null) return { summary: null, rows: null, next: null, positions: null, isCut: true };
    const [isCurrentKnown, failed] = [(await about.current) !== null, await about.failedTasks];
    const readable = { current: isCurrentKnown, failedTasks: failed !== null };
    for (const chunk of withoutSeen(reading.chunks, from)) {
      for (const [index, dag] of chunk.dags.entries()) {
        if (!isAsked(dag, asked)) continue;
        const tally = chunk.tallies?.get(dag.id) ?? null;
        const judgement = judge({ dag, tally, isCurrentKnown }, window.until);
        addDag(totals, { judgement, tally, failedTasks: failed?.get(dag.id)?.length ?? 0 });
        if (asked.parameters.state !== undefined && judgement.state !== asked.parameters.state) continue;
        if (selected.length > limit) continue;
        const row = rowOf({ dag, judgement, tally, isCurrentKnown, failedTasks: failed }, window.until);
        const after = { after: dag.id, offset: chunk.offset + index + 1, until: window.until };
        selected.push({ row, dag, position: after });
      }
    }
    noteFaults(parts, reading);
    const last = lastOf(reading.chunks);
    const isEnd = reading.cut === null && (last === null || last.offset >= reading.total);
    if (isEnd && totals.dags === 0 && position === null) await refuseUnknown(asked);
    if (selected.length <= limit && reading.cut === null && !isEnd && last !== null) {
      from = { ...last, until: window.until };
      continue;
    }
    const page = selected.slice(0, limit);
    if (position !== null && reading.cut !== null && page.length === 0) throw reading.cut;
    await addLastRuns(asked, page);
    const next =
      selected.length > limit
        ? (page.at(-1)?.position ?? null)
        : isTime(reading.cut) && last !== null
          ? { ...last, until: window.until }
          : null;
    return {
      summary: position === null && reading.cut === null ? summaryOf(totals, readable) : null,
      rows: page.map(({ row }) => row),
      next,
      positions: page.map((one) => one.position),
      isCut: reading.cut !== null,
    };
  }
}

/** `null`: not one DAG could be read, as `missing` says. */
async function readFrom(
  { lists, parts, parameters, window, position }: Asked,
  { current }: AboutRuns,
  maxPages: number,
): Promise<Reading | null> {
  // One before, which must be the one that was answered last: whatever came or went since moves the rest.
  const offset = Math.max(0, (position?.offset ?? 0) - 1);
  const question: Question = { filter: filterOf(parameters), window, current, offset, maxPages };
  try {
    const reading = await readDags(lists, question);
    if (reading.cut !== null && reading.chunks.length === 0) {
      if (position !== null) throw reading.cut;
      parts.lacks('dags', reading.cut);
      return null;
    }
    parts.had += 1;
    return reading;
  } catch (error) {
    if (position !== null) throw error;
    parts.lacks('dags', error);
    return null;
  }
}

/** What Airflow can narrow itself: it knows parts of names, and single tags. */
function filterOf({ dag, tag }: Asked['parameters']): DagFilter {
  const parts = (dag ?? '').split('*').toSorted((a, b) => b.length - a.length);
  return { part: parts[0] || null, tag: tag ?? null };
}

/** Airflow's own narrowing takes any case, and any sign for `_`. */
function isAsked({ id, tags }: Dag, { parameters: { dag, tag } }: Asked): boolean {
  return (dag === undefined || matchesPattern(dag, id)) && (tag === undefined || tags.includes(tag));
}

/** The first chunk begins with the DAG that was answered last, or with others that have taken its place. */
function withoutSeen(chunks: readonly Chunk[], position: Position | null): Chunk[] {
  const [first, ...others] = chunks;
  if (position === null || first === undefined) return [...chunks];
  const seen = first.dags.findIndex(({ id }) => id === position.after);
  const skip = seen === -1 ? 0 : seen + 1;
  return [{ ...first, offset: first.offset + skip, dags: first.dags.slice(skip) }, ...others];
}

/** Where the last chunk that was read ends. */
function lastOf(chunks: readonly Chunk[]): { after: string; offset: number } | null {
  const chunk = chunks.findLast(({ dags }) => dags.length > 0);
  const last = chunk?.dags.at(-1);
  return chunk === undefined || last === undefined
    ? null
    : { after: last.id, offset: chunk.offset + chunk.dags.length };
}

function noteFaults(parts: Parts, { chunks, cut }: Reading): void {
  for (const { error } of chunks) if (error !== null) parts.lacks('runs', error);
  if (cut !== null) parts.lacks('dags', cut);
}

/** DAGs that rest are not judged by their runs, so their last ones are asked for where they are shown. */
async function addLastRuns({ lists, parts, window }: Asked, page: { row: DagRow; dag: Dag }[]): Promise<void> {
  const resting = page.filter(({ row, dag }) => dag.isPaused && row.last_run === null && row.runs !== null);
  if (resting.length === 0) return;
  const ids = resting.map(({ dag }) => dag.id);
  const runs = await parts.of('last_runs', () => newestEnded(lists, ids));
  const byDag = new Map((runs ?? []).map((run) => [run.dag, run]));
  for (const { row } of resting) {
    const run = byDag.get(row.dag);
    if (run !== undefined) row.last_run = lastRunOf(run, window.until);
  }
}

/**
 * One DAG by its whole name, and it is not there: a typing error, and not "no DAG".
 *
 * @throws UnknownNameError
 */
async function refuseUnknown({ lists, parameters: { dag } }: Asked): Promise<void> {
  if (dag === undefined || dag.includes('*')) return;
  const some = await lists.dags({ part: null, tag: null }, 0).catch((error: unknown) => {
    if (error instanceof UpstreamTimeoutError) return { items: [] };
    throw error;
  });
  throw new UnknownNameError(
    'dag',
    dag,
    nearNames(
      dag,
      some.items.map(({ id }) => id),
    ),
  );
}
