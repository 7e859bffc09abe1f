/** A DAG as the answer has it. */
import type * as z from 'zod/mini';
import { utc } from '../../utc.ts';
import type { Judgement } from './dag-state.ts';
import { type DagTally, type Ended, percentile, successRate } from './dag-tally.ts';
import type { Dag, Run } from './documents.ts';
import type { row } from './row-schema.ts';

/** Owners and tags that are shown of a DAG. */
const MAX_WORDS = 20;

export type DagRow = z.output<typeof row>;

/** What a row is made of. */
export interface RowParts {
  dag: Dag;
  judgement: Judgement;
  /** `null`: its runs could not be read. */
  tally: DagTally | null;
  isCurrentKnown: boolean;
  /** Of all DAGs; `null`: they could not be read. */
  failedTasks: ReadonlyMap<string, string[]> | null;
}

/** @param now milliseconds since the epoch */
export function rowOf({ dag, judgement, tally, isCurrentKnown, failedTasks }: RowParts, now: number): DagRow {
  return {
    dag: dag.id,
    state: judgement.state,
    reason: judgement.reason,
    schedule: dag.schedule,
    // Airflow keeps the time at which a DAG was paused as that of a next run, which it does not make.
    next_run: dag.nextRun === null || dag.isPaused ? null : utc(new Date(dag.nextRun)),
    late_by_s: judgement.lateBy,
    last_run: tally?.last ? lastRunOf(tally.last, now) : null,
    runs:
      tally === null
        ? null
        : {
            ...ended(tally.now),
            running: isCurrentKnown ? tally.running : null,
            queued: isCurrentKnown ? tally.queued : null,
          },
    success_rate: tally === null ? null : successRate(tally.now),
    ...durations(tally?.now ?? null),
    before:
      tally === null
        ? null
        : { runs: ended(tally.before), success_rate: successRate(tally.before), ...durations(tally.before) },
    failed_tasks: failedTasks === null ? null : (failedTasks.get(dag.id) ?? []),
    owners: dag.owners.slice(0, MAX_WORDS),
    tags: dag.tags.slice(0, MAX_WORDS),
  };
}

const ended = ({ success, failed }: Ended) => ({ success, failed });

function durations(window: Ended | null) {
  return {
    duration_p50_s: round(percentile(window?.durations ?? [], 0.5)),
    duration_p95_s: round(percentile(window?.durations ?? [], 0.95)),
  };
}

/** To the millisecond, which is more than Airflow's own page shows. */
function round(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1_000) / 1_000;
}

export function lastRunOf({ id, state, started, ended }: Run, now: number) {
  return {
    run_id: id,
    state,
    started: started === null ? null : utc(new Date(started)),
    ended: ended === null ? null : utc(new Date(ended)),
    duration_s: started === null ? null : round(Math.max(0, ((ended ?? now) - started) / 1_000)),
  };
}
