/** What is asked of an Airflow beside its DAGs: components, import errors, pools, the queue. */
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { utc } from '../../utc.ts';
import type { Run } from './documents.ts';
import { type Lists, wholeList } from './lists.ts';
import { message, word } from './outside-text.ts';

/** Of the answer; `summary.import_errors` counts all. */
const MAX_IMPORT_ERRORS = 50;
/** With more an Airflow has other worries than the names of its tasks. */
const MAX_FAILED_TASKS = 5_000;
const MAX_UNDER_WAY = 5_000;
/** Of one DAG. */
const MAX_TASK_NAMES = 20;

/** Words of Airflow's for a component's state: `healthy`, `unhealthy`; 3.3 has `unknown` too. */
const STATUS = /^[a-z_]{1,20}$/;

/** Components, each with its status and its last heartbeat; a part that this Airflow does not have is `null`. */
export async function components(lists: Lists) {
  const { metadatabase, scheduler, triggerer, dag_processor } = await lists.health();
  const status = (text: string | null | undefined) => (text && STATUS.test(text) ? text : null);
  const beat = (text: string | null | undefined) => (text ? utc(new Date(text)) : null);
  const part = (
    raw: { status?: string | null | undefined } | null | undefined,
    heartbeat: string | null | undefined,
  ) =>
    raw === null || raw === undefined || (!raw.status && !heartbeat)
      ? null
      : { status: status(raw.status), heartbeat: beat(heartbeat) };
  return {
    metadatabase: status(metadatabase?.status),
    scheduler: part(scheduler, scheduler?.latest_scheduler_heartbeat),
    triggerer: part(triggerer, triggerer?.latest_triggerer_heartbeat),
    dag_processor: part(dag_processor, dag_processor?.latest_dag_processor_heartbeat),
  };
}

/** Files that Airflow could not read DAGs from, and how many in all. */
export async function importErrors(lists: Lists) {
  const { items, total } = await lists.importErrors();
  const shown = items
    .slice(0, MAX_IMPORT_ERRORS)
    .map((error) => ({ file: word(error.file), message: message(error.message) }));
  return { shown, total: Math.max(total, items.length) };
}

/** @throws UpstreamFailedError `too-many-pools`: a page of a hundred is all that is read */
export async function pools(lists: Lists) {
  const { items, total } = await lists.pools();
  if (total > items.length) throw new UpstreamFailedError('airflow', 'too-many-pools');
  return items;
}

/**
 * Runs that are under way, by DAG.
 *
 * @throws UpstreamFailedError `too-many-runs`
 */
export async function runsUnderWay(lists: Lists): Promise<ReadonlyMap<string, Run[]>> {
  const filter = { dags: [], states: ['running', 'queued'] };
  const runs = await wholeList((offset) => lists.runs(filter, offset), MAX_UNDER_WAY);
  if (runs === null) throw new UpstreamFailedError('airflow', 'too-many-runs');
  return Map.groupBy(runs, ({ dag }) => dag);
}

/**
 * Names of the tasks that failed since `from`, by DAG, each once and 20 of a DAG at most.
 *
 * @throws UpstreamFailedError `too-many-tasks`
 */
export async function failedTasks(lists: Lists, from: number): Promise<ReadonlyMap<string, string[]>> {
  const tasks = await wholeList((offset) => lists.tasks('failed', from, offset), MAX_FAILED_TASKS);
  if (tasks === null) throw new UpstreamFailedError('airflow', 'too-many-tasks');
  const names = Map.groupBy(tasks, ({ dag }) => dag);
  return new Map(
    [...names].map(([dag, failed]) => [
      dag,
      [...new Set(failed.map(({ task }) => task))].toSorted((a, b) => (a < b ? -1 : 1)).slice(0, MAX_TASK_NAMES),
    ]),
  );
}

/** Task instances that wait and that run: Airflow counts them, and one entry is all that is read of each list. */
export async function queue(lists: Lists) {
  const [queued, scheduled, running] = await Promise.all(
    ['queued', 'scheduled', 'running'].map(async (state) => (await lists.tasks(state, null, 0, 1)).total),
  );
  return { queued: queued ?? 0, scheduled: scheduled ?? 0, running: running ?? 0 };
}
