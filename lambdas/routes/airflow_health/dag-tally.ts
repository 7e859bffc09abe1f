/** What the runs of one DAG add up to. Runs come in any order and are not kept. */
import type { Run } from './documents.ts';
import type { Window } from './window.ts';

/** Runs that ended within one window. */
export interface Ended {
  success: number;
  failed: number;
  /** Seconds that those which succeeded took, in no order. */
  durations: number[];
}

/** Runs of one DAG that ended in the window or in the one before, and those under way. */
export class DagTally {
  readonly now: Ended = { success: 0, failed: 0, durations: [] };
  readonly before: Ended = { success: 0, failed: 0, durations: [] };
  running = 0;
  queued = 0;
  /** The run that ended last, in whichever window; `null`: none is known. */
  lastEnded: Run | null = null;
  /** The run that began last, ended or not. */
  last: Run | null = null;
  /** Of those that run, the one that began first. */
  longest: Run | null = null;
  /** Of those that wait, the one that has waited longest, of which Airflow says since when. */
  waiting: Run | null = null;
  readonly #window: Window;
  readonly #latest: Run[] = [];

  constructor(window: Window) {
    this.#window = window;
  }

  add(run: Run): void {
    const { state, started, ended, due } = run;
    if (this.last === null || begun(run) > begun(this.last)) this.last = run;
    if (state === 'running') {
      this.running += 1;
      if (started !== null && started < (this.longest?.started ?? Number.POSITIVE_INFINITY)) this.longest = run;
    } else if (state === 'queued') {
      this.queued += 1;
      if (due !== null && due < (this.waiting?.due ?? Number.POSITIVE_INFINITY)) this.waiting = run;
    } else if (ended !== null && (state === 'success' || state === 'failed')) {
      this.#addEnded(run, ended);
    }
  }

  /** How many runs have failed one after the other, up to the last that ended. */
  failedInARow(): number {
    const newestFirst = this.#latest.toSorted((a, b) => (b.ended ?? 0) - (a.ended ?? 0));
    const good = newestFirst.findIndex(({ state }) => state !== 'failed');
    return good === -1 ? newestFirst.length : good;
  }

  #addEnded(run: Run, ended: number): void {
    if (this.lastEnded === null || ended > (this.lastEnded.ended ?? 0)) this.lastEnded = run;
    this.#latest.push(run);
    const { before, from, until } = this.#window;
    if (ended < before || ended > until) return;
    const within = ended >= from ? this.now : this.before;
    if (run.state === 'failed') within.failed += 1;
    else {
      within.success += 1;
      if (run.started !== null) within.durations.push(Math.max(0, (ended - run.started) / 1_000));
    }
  }
}

const begun = ({ started, due, ended }: Run): number => started ?? due ?? ended ?? 0;

/** The share of runs that succeeded, with four decimals; `null` without a run that ended. */
export function successRate({ success, failed }: Pick<Ended, 'success' | 'failed'>): number | null {
  return success + failed === 0 ? null : Math.round((success / (success + failed)) * 10_000) / 10_000;
}

/**
 * The nearest-rank percentile: a value that was met. Of 1, 2, 3 and 100 the 50th is 2 and the 95th is 100.
 *
 * @param share 0.95 for the 95th
 * @returns `null` without values
 */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
