/**
 * The DAGs of an Airflow with what their runs add up to: pages of a hundred, read side by side, each with its runs. What
 * was not read when the time is over is left out from the first page on that is not whole, so that a cursor can go on there.
 *
 * Worked example: 2,000 DAGs with 20,000 runs. The first page says that there are 20; the other 19 are asked for side by
 * side. As each page comes, the runs of its 100 DAGs are: the first hundred of 1,000, then nine pages more. Together that is
 * 20 + 200 requests, eight at a time; at 20 ms each 0.6 s.
 */
import { UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import { DagTally } from './dag-tally.ts';
import type { Dag, Run } from './documents.ts';
import { type DagFilter, type Lists, PAGE, wholeList } from './lists.ts';
import type { Window } from './window.ts';

/** No Airflow has so many; a number past it is no number of DAGs. */
const MAX_DAGS = 20_000;
/** Runs of a hundred DAGs in two windows: more would not be read within the time of a request anyway. */
const MAX_RUNS = 20_000;

/** A page of DAGs with their runs. */
export interface Chunk {
  /** Where it begins in Airflow's list. */
  offset: number;
  dags: readonly Dag[];
  /** By DAG; `null`: their runs could not be read, and `error` says why. */
  tallies: ReadonlyMap<string, DagTally> | null;
  error: unknown;
}

/** What was read. */
export interface Reading {
  /** In Airflow's order, without a gap. */
  chunks: Chunk[];
  /** DAGs in Airflow's list, whatever was read of it. */
  total: number;
  /** What ended it before its end: the time, or a page that failed; `null`: it is whole. */
  cut: unknown;
}

/** What is asked about all DAGs. */
export interface Question {
  filter: DagFilter;
  window: Window;
  /** Runs under way by DAG; `null`: they could not be read. */
  current: Promise<ReadonlyMap<string, Run[]> | null>;
  /** Where to begin, and the number of pages to read at most. */
  offset: number;
  maxPages: number;
}

/** @throws what the first page of DAGs throws */
export async function readDags(lists: Lists, question: Question): Promise<Reading> {
  const { filter, offset, maxPages } = question;
  const first = await lists.dags(filter, offset);
  const total = Math.min(first.total, MAX_DAGS);
  const offsets: number[] = [];
  for (let at = offset + PAGE; at < total && offsets.length + 1 < maxPages; at += PAGE) offsets.push(at);
  const others = offsets.map((at) => ({ at, page: lists.dags(filter, at) }));
  // Each is waited for below; one that fails before its turn must not end the process.
  for (const { page } of others) page.catch(() => undefined);
  const readings = [
    chunkOf(lists, offset, first.items, question),
    ...others.map(({ at, page }) => page.then(({ items }) => chunkOf(lists, at, items, question))),
  ];
  for (const reading of readings) reading.catch(() => undefined);
  const chunks: Chunk[] = [];
  for (const reading of readings) {
    try {
      chunks.push(await reading);
    } catch (error) {
      return { chunks, total, cut: error };
    }
  }
  return { chunks, total, cut: null };
}

/** @throws UpstreamTimeoutError; what else keeps the runs from being read is the chunk's own error */
async function chunkOf(lists: Lists, offset: number, dags: readonly Dag[], question: Question): Promise<Chunk> {
  try {
    return { offset, dags, tallies: await talliesOf(lists, dags, question), error: null };
  } catch (error) {
    if (error instanceof UpstreamTimeoutError) throw error;
    return { offset, dags, tallies: null, error };
  }
}

async function talliesOf(
  lists: Lists,
  dags: readonly Dag[],
  { window, current }: Question,
): Promise<ReadonlyMap<string, DagTally>> {
  const tallies = new Map(dags.map(({ id }) => [id, new DagTally(window)]));
  if (tallies.size === 0) return tallies;
  const filter = { dags: [...tallies.keys()], endedFrom: window.before, endedTo: window.until };
  const ended = await wholeList((offset) => lists.runs(filter, offset), MAX_RUNS);
  if (ended === null) throw new UpstreamFailedError('airflow', 'too-many-runs');
  for (const run of ended) tallies.get(run.dag)?.add(run);
  for (const [id, runs] of (await current) ?? []) for (const run of runs) tallies.get(id)?.add(run);
  // Those that rest are not judged by their runs.
  const quiet = dags.filter(({ id, isPaused }) => !isPaused && tallies.get(id)?.last === null).map(({ id }) => id);
  for (const run of await newestEnded(lists, quiet)) tallies.get(run.dag)?.add(run);
  return tallies;
}

/**
 * The newest run that ended of each of these DAGs that ever had one. Each request answers for one of them at least; for
 * DAGs that run equally often, for all.
 *
 * @throws UpstreamFailedError `invalid-answer` where the answer is about other DAGs
 */
export async function newestEnded(lists: Lists, dags: readonly string[]): Promise<Run[]> {
  const newest = new Map<string, Run>();
  for (let left = dags; left.length > 0; ) {
    const filter = { dags: left, states: ['success', 'failed'], newestFirst: true };
    const { items, total } = await lists.runs(filter, 0);
    for (const run of items) if (!newest.has(run.dag)) newest.set(run.dag, run);
    const remaining = left.filter((id) => !newest.has(id));
    if (total <= items.length) break;
    if (remaining.length === left.length) throw new UpstreamFailedError('airflow', 'invalid-answer');
    left = remaining;
  }
  return [...newest.values()];
}
