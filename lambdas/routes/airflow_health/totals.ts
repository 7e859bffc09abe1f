/** What the DAGs of an Airflow add up to. Totals of a reading that was cut go on in the next one, by its cursor. */
import * as z from 'zod/mini';
import type { DagState, Judgement } from './dag-state.ts';
import { type DagTally, successRate } from './dag-tally.ts';
import { DAG_STATES } from './row-schema.ts';

const count = z.int().check(z.gte(0));
const counts = z.object({ success: count, failed: count });

/** As they travel in a cursor. */
export const totalsSchema = z.object({
  dags: count,
  /** By state; `unknown` for those that have none. */
  states: z.record(z.string(), count),
  now: counts,
  before: counts,
  running: count,
  queued: count,
  late: count,
  runningLong: count,
  /** Tasks of which an instance failed. */
  failedTasks: count,
  /** DAGs whose runs could not be read: without them no sum of runs is one. */
  unread: count,
});
export type Totals = z.output<typeof totalsSchema>;

export function noTotals(): Totals {
  return {
    dags: 0,
    states: {},
    now: { success: 0, failed: 0 },
    before: { success: 0, failed: 0 },
    running: 0,
    queued: 0,
    late: 0,
    runningLong: 0,
    failedTasks: 0,
    unread: 0,
  };
}

/** What is added of one DAG. */
export interface Addend {
  judgement: Judgement;
  tally: DagTally | null;
  failedTasks: number;
}

/** Adds one DAG. */
export function addDag(totals: Totals, { judgement, tally, failedTasks }: Addend): void {
  const { state, lateBy, isRunningLong } = judgement;
  const name = state ?? 'unknown';
  totals.dags += 1;
  totals.states[name] = (totals.states[name] ?? 0) + 1;
  if (lateBy !== null) totals.late += 1;
  if (isRunningLong) totals.runningLong += 1;
  if (tally === null) totals.unread += 1;
  totals.running += tally?.running ?? 0;
  totals.queued += tally?.queued ?? 0;
  totals.failedTasks += failedTasks;
  for (const window of ['now', 'before'] as const) {
    totals[window].success += tally?.[window].success ?? 0;
    totals[window].failed += tally?.[window].failed ?? 0;
  }
}

/** What of the whole Airflow could be read, beside the runs that ended. */
export interface Readable {
  /** The runs under way. */
  current: boolean;
  failedTasks: boolean;
}

/** As the answer has them; `null` for each sum that lacks a part. */
export function summaryOf(totals: Totals, readable: Readable) {
  const { dags, states, now, before, unread } = totals;
  const whole = unread === 0;
  const hasCurrent = whole && readable.current;
  const every = Object.fromEntries([...DAG_STATES, 'unknown' as const].map((state) => [state, states[state] ?? 0]));
  return {
    dags,
    paused: states['paused'] ?? 0,
    states: every as Record<DagState | 'unknown', number>,
    runs: whole
      ? { ...now, running: hasCurrent ? totals.running : null, queued: hasCurrent ? totals.queued : null }
      : null,
    success_rate: whole ? successRate(now) : null,
    before: whole ? { runs: { ...before }, success_rate: successRate(before) } : null,
    late: hasCurrent ? totals.late : null,
    running_long: hasCurrent ? totals.runningLong : null,
    failed_tasks: readable.failedTasks ? totals.failedTasks : null,
  };
}
