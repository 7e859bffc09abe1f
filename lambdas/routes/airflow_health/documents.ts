/**
 * What Airflow answers of DAGs, runs and tasks, as far as it is read: both versions in one shape. Source: Airflow's own
 * OpenAPI documents of the stable REST API (2.11, `/api/v1`) and the public API (3.3, `/api/v2`).
 */
import * as z from 'zod/mini';
import { word } from './outside-text.ts';

/** Names as Airflow lets them be: 250 characters at most, and never empty. */
const name = z.string().check(z.minLength(1), z.maxLength(250));
/** A time as Airflow writes it, ISO 8601; `null` or left out where it has none. */
export const time = z.nullish(z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)))));
/** Milliseconds since the epoch; `null` where Airflow has none. */
const at = (text: string | null | undefined) => (text === null || text === undefined ? null : Date.parse(text));

/** `total_entries` of a list: what Airflow has in all, whatever the page. */
const total = z.int().check(z.gte(0));

/** Airflow 2 describes a schedule by its type. */
const interval = z.nullish(
  z.looseObject({
    value: z.optional(z.nullable(z.string())),
    days: z.optional(z.int()),
    seconds: z.optional(z.int()),
  }),
);

const dag = z.object({
  dag_id: name,
  is_paused: z.nullish(z.boolean()),
  owners: z.nullish(z.array(z.string())),
  tags: z.nullish(z.array(z.object({ name: z.string() }))),
  schedule_interval: interval,
  timetable_summary: z.nullish(z.string()),
  timetable_description: z.nullish(z.string()),
  next_dagrun: time,
  next_dagrun_create_after: time,
  next_dagrun_run_after: time,
});

/** A DAG. Times in milliseconds since the epoch. */
export interface Dag {
  id: string;
  isPaused: boolean;
  /** `0 2 * * *`; `null`: it has none. */
  schedule: string | null;
  /** When Airflow makes the next run; `null`: it plans none. */
  nextRun: number | null;
  owners: string[];
  tags: string[];
}

/** Of a DAG's owners and tags. */
const MAX_WORDS = 1_000;

function dagOf(raw: z.output<typeof dag>): Dag {
  return {
    id: raw.dag_id,
    isPaused: raw.is_paused ?? false,
    schedule: scheduleOf(raw),
    nextRun: at(raw.next_dagrun_run_after ?? raw.next_dagrun_create_after),
    owners: (raw.owners ?? []).slice(0, MAX_WORDS).map((owner) => word(owner)),
    tags: (raw.tags ?? []).slice(0, MAX_WORDS).map((tag) => word(tag.name)),
  };
}

/** What Airflow 3.3 says of a DAG without one: no summary, and the second as its description; older ones the first. */
const NO_SCHEDULE = ['None', 'Never, external triggers only'];

/** A time delta as Python writes it, which is what Airflow 3 shows: `{ days: 1, seconds: 0 }` is `1 day, 0:00:00`. */
function scheduleOf({
  schedule_interval,
  timetable_summary,
  timetable_description,
}: z.output<typeof dag>): string | null {
  const { value, days, seconds } = schedule_interval ?? {};
  if (typeof value === 'string') return word(value);
  if (days !== undefined && seconds !== undefined) {
    const clock = `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
    return days === 0 ? clock : `${days} day${days === 1 ? '' : 's'}, ${clock}`;
  }
  const shown = timetable_summary ?? (schedule_interval === null ? null : timetable_description);
  return shown === null || shown === undefined || NO_SCHEDULE.includes(shown) ? null : word(shown);
}

const run = z.object({
  dag_id: name,
  dag_run_id: z.string(),
  state: z.string(),
  run_type: z.nullish(z.string()),
  start_date: time,
  end_date: time,
  queued_at: time,
  run_after: time,
  data_interval_end: time,
});

/** A run of a DAG. Times in milliseconds since the epoch. */
export interface Run {
  dag: string;
  id: string;
  /** `success`, `failed`, `running`, `queued`; Airflow may have others. */
  state: string;
  started: number | null;
  ended: number | null;
  /** Since when it waits, or should have begun; `null`: Airflow does not say. */
  due: number | null;
}

function runOf(raw: z.output<typeof run>): Run {
  // Of a run that somebody started, Airflow 2 tells only a date that may be any: no time to be late by.
  const planned = raw.run_type === 'scheduled' ? raw.data_interval_end : null;
  return {
    dag: raw.dag_id,
    id: word(raw.dag_run_id),
    state: word(raw.state, 40),
    started: at(raw.start_date),
    ended: at(raw.end_date),
    due: at(raw.queued_at ?? raw.run_after ?? planned),
  };
}

const task = z.object({ dag_id: name, task_id: z.string() });

/** A task instance that failed. */
export interface FailedTask {
  dag: string;
  task: string;
}

/** An answer of Airflow's as a page of a list. */
export interface Page<Item> {
  items: Item[];
  total: number;
}

/** A page of the list of that name, whose entries become items. */
export const pageOf = <Raw, Item>(list: string, raw: z.ZodMiniType<Raw>, itemOf: (raw: Raw) => Item) =>
  z.pipe(
    z.looseObject({
      [list]: z.array(raw).check(z.maxLength(1_000)),
      total_entries: total,
      total_entries_limit: z.nullish(total),
    }),
    z.transform((answer): Page<Item> => {
      const { total_entries, total_entries_limit } = answer as {
        total_entries: number;
        total_entries_limit?: number | null;
      };
      // Airflow 3.3 may stop counting there, and then nobody knows how many there are.
      const isCut = typeof total_entries_limit === 'number' && total_entries >= total_entries_limit;
      return { items: (answer[list] as Raw[]).map(itemOf), total: isCut ? Number.POSITIVE_INFINITY : total_entries };
    }),
  );

export const dagsPage = pageOf('dags', dag, dagOf);
export const runsPage = pageOf('dag_runs', run, runOf);
export const tasksPage = pageOf(
  'task_instances',
  task,
  ({ dag_id, task_id }): FailedTask => ({
    dag: dag_id,
    task: word(task_id),
  }),
);
