/** In which state a DAG is, and why. The first that holds counts, in the order of `DAG_STATES`. */
import { type DagTally, percentile } from './dag-tally.ts';
import type { Dag } from './documents.ts';
import type { DAG_STATES } from './row-schema.ts';

export type DagState = (typeof DAG_STATES)[number];

/** A scheduler makes runs every few seconds; a busy one has its minutes. */
const MIN_LATE_MS = 5 * 60_000;
/** Fewer good runs than this say nothing of how long a run takes. */
const MIN_GOOD_RUNS = 3;
/** How much longer than 95 % of the good runs is long: so many times, and at least so many seconds more. */
const MIN_LONG_TIMES = 2;
const MIN_LONG_SECONDS = 300;

/** What is known of a DAG. */
export interface Known {
  dag: Dag;
  /** `null`: its runs could not be read. */
  tally: DagTally | null;
  /** Whether the runs under way could be read. */
  isCurrentKnown: boolean;
}

/** A state with its reason, and what it was judged by. */
export interface Judgement {
  /** `null`: what was read does not tell. */
  state: DagState | null;
  /** A sentence; `null` for a healthy one. */
  reason: string | null;
  /** Seconds by which a run is overdue; `null`: none is, or it is not known. */
  lateBy: number | null;
  isRunningLong: boolean;
}

/**
 * @param now milliseconds since the epoch
 * @example judge of an unpaused DAG whose next run should have been made 20 minutes ago, and whose last run succeeded:
 * { state: 'late', reason: 'Its next run was not made in time.', lateBy: 1200, isRunningLong: false }
 */
export function judge({ dag, tally, isCurrentKnown }: Known, now: number): Judgement {
  const overdue = dag.isPaused || dag.nextRun === null ? 0 : now - dag.nextRun;
  const waited = tally?.waiting?.due ? now - tally.waiting.due : 0;
  const late = Math.max(overdue, waited);
  const lateBy = late >= MIN_LATE_MS ? Math.round(late / 1_000) : null;
  const isRunningLong = tally !== null && isLong(tally, now);
  const judged = (state: DagState | null, reason: string | null) => ({ state, reason, lateBy, isRunningLong });

  if (dag.isPaused) return judged('paused', 'It is paused.');
  if (tally?.lastEnded?.state === 'failed') {
    const failed = tally.failedInARow();
    return judged('failing', failed > 1 ? `Its last ${failed} runs failed.` : 'Its last run failed.');
  }
  // A run that failed would count before.
  if (tally === null) return judged(null, 'Its runs could not be read.');
  if (lateBy !== null) {
    return judged('late', overdue >= waited ? 'Its next run was not made in time.' : 'A run waits in the queue.');
  }
  if (!isCurrentKnown) return judged(null, 'Its runs under way could not be read.');
  if (isRunningLong) return judged('running_long', 'A run takes much longer than its good runs did.');
  return tally.last === null ? judged('never_ran', 'It has never had a run.') : judged('healthy', null);
}

function isLong({ longest, now: recent, before }: DagTally, now: number): boolean {
  const durations = [...recent.durations, ...before.durations];
  const usual = percentile(durations, 0.95);
  if (longest?.started == null || usual === null || durations.length < MIN_GOOD_RUNS) return false;
  const seconds = (now - longest.started) / 1_000;
  return seconds > Math.max(usual * MIN_LONG_TIMES, usual + MIN_LONG_SECONDS);
}
