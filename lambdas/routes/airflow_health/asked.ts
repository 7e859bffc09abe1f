/** What is asked about the DAGs of an Airflow, and what is given back of them. */
import type { ParametersOf } from '../../route.ts';
import { failedTasks, runsUnderWay } from './airflow-state.ts';
import type { Run } from './documents.ts';
import type { Lists } from './lists.ts';
import type { Parts } from './parts.ts';
import type { Position } from './position.ts';
import type { route } from './route.ts';
import type { DagRow } from './rows.ts';
import type { summaryOf } from './totals.ts';
import type { Window } from './window.ts';

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
export interface Selected {
  /** `null`: not all DAGs could be read. */
  summary: ReturnType<typeof summaryOf> | null;
  /** `null`: none could be read. */
  rows: DagRow[] | null;
  next: Position | null;
  positions: Position[] | null;
  /** Whether the time was over before the end. */
  isCut: boolean;
}
