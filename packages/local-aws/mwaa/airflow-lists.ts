/** Lists of an Airflow stand-in as Airflow narrows, orders and cuts them: pages end at 100 entries whatever is asked for. */
import type { ApiRequest } from './airflow-api.ts';
import type { AirflowData, ModelDag, ModelRun } from './airflow-data.ts';
import { type ModelTask, tasksOf } from './airflow-documents.ts';

export const MAX_PAGE = 100;

/** A page of a list that is asked for by GET, with Airflow's count of all. */
export function pageOf(name: string, all: readonly unknown[], { query }: ApiRequest): Record<string, unknown> {
  const limit = Math.min(Number(query.get('limit') ?? MAX_PAGE), MAX_PAGE);
  const offset = Number(query.get('offset') ?? 0);
  return { [name]: all.slice(offset, offset + limit), total_entries: all.length };
}

/** By name; narrowed by a part of it, whatever its case, and by a tag. */
export function dagsAsked({ dags }: AirflowData, { query }: ApiRequest): ModelDag[] {
  const part = query.get('dag_id_pattern')?.toLowerCase();
  const tag = query.get('tags');
  return dags
    .filter(({ id }) => part === undefined || id.toLowerCase().includes(part))
    .filter(({ tags }) => tag === null || tags.includes(tag))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** What `POST /dags/~/dagRuns/list` may ask. */
export interface RunsBody {
  dag_ids?: string[];
  states?: string[];
  end_date_gte?: string;
  end_date_lte?: string;
  order_by?: string;
  page_limit?: number;
  page_offset?: number;
}

/** All runs that are asked for, and the page of them. */
export function runsAsked(
  all: readonly ModelRun[],
  runsByDag: ReadonlyMap<string, ModelRun[]>,
  asked: RunsBody,
): { page: ModelRun[]; total: number } {
  const { page_limit = MAX_PAGE, page_offset = 0, order_by, states } = asked;
  const dags = asked.dag_ids ?? [];
  const from = asked.end_date_gte === undefined ? null : Date.parse(asked.end_date_gte);
  const to = asked.end_date_lte === undefined ? null : Date.parse(asked.end_date_lte);
  const runs = (dags.length === 0 ? all : dags.flatMap((dag) => runsByDag.get(dag) ?? []))
    .filter(({ state }) => states === undefined || states.includes(state))
    .filter(({ ended }) => from === null || (ended !== null && ended >= from))
    .filter(({ ended }) => to === null || (ended !== null && ended <= to));
  if (order_by === '-start_date') runs.sort((a, b) => (b.started ?? Infinity) - (a.started ?? Infinity));
  return { page: runs.slice(page_offset, page_offset + Math.min(page_limit, MAX_PAGE)), total: runs.length };
}

/** What `POST /dags/~/dagRuns/~/taskInstances/list` may ask. */
export interface TasksBody {
  state?: string[];
  end_date_gte?: string;
  page_limit?: number;
  page_offset?: number;
}

/** All task instances that are asked for, and the page of them, each with its run. */
export function tasksAsked(
  { dags, runs: all }: AirflowData,
  { state = [], end_date_gte, page_limit = MAX_PAGE, page_offset = 0 }: TasksBody,
): { page: { task: ModelTask; run: ModelRun }[]; total: number } {
  const from = end_date_gte === undefined ? null : Date.parse(end_date_gte);
  const tasksByDag = new Map(dags.map(({ id, tasks }) => [id, tasks]));
  const isFailed = state.length === 1 && state[0] === 'failed';
  const tasks = all
    .filter((run) => (isFailed ? run.failedTask !== null : run.ended === null))
    .flatMap((run) => tasksOf(run, tasksByDag.get(run.dag) ?? []).map((task) => ({ task, run })))
    .filter(({ task }) => state.length === 0 || (task.state !== null && state.includes(task.state)))
    .filter(({ task }) => from === null || (task.ended !== null && task.ended >= from));
  return { page: tasks.slice(page_offset, page_offset + Math.min(page_limit, MAX_PAGE)), total: tasks.length };
}
