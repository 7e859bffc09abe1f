/** Airflow's lists, page by page: 100 entries are the most that it gives, whatever is asked for, and it does not say so. */
import type { Airflow } from '../../upstreams/airflow/airflow.ts';
import { type Dag, dagsPage, type FailedTask, type Page, type Run, runsPage, tasksPage } from './documents.ts';
import { health, importErrorsPage, poolsPage } from './state-documents.ts';

/** Airflow's `maximum_page_limit`, by default and in MWAA. */
export const PAGE = 100;
/** Requests to one Airflow at a time: it has a few web-server workers, which people use too. */
const MAX_SIDE_BY_SIDE = 8;

/** Which DAGs a list is about, as Airflow itself narrows it. */
export interface DagFilter {
  /** A part of the name, whatever its case; Airflow's `_` and `%` stand for anything. */
  part: string | null;
  tag: string | null;
}

/** Which runs a list is about. Times in milliseconds since the epoch. */
export interface RunFilter {
  dags: readonly string[];
  states?: readonly string[];
  /** That ended then or later, and before. */
  endedFrom?: number;
  endedTo?: number;
  /** The newest first, by their start. Default: in the order in which Airflow made them. */
  newestFirst?: boolean;
}

const iso = (at: number) => new Date(at).toISOString();

/** The lists of one Airflow, a few requests at a time. */
export class Lists {
  readonly #airflow: Airflow;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(airflow: Airflow) {
    this.#airflow = airflow;
  }

  /** By name. @param offset of the first */
  dags(filter: DagFilter, offset: number): Promise<Page<Dag>> {
    const query = {
      limit: String(PAGE),
      offset: String(offset),
      order_by: 'dag_id',
      ...(filter.part === null ? {} : { dag_id_pattern: filter.part }),
      ...(filter.tag === null ? {} : { tags: filter.tag }),
    };
    return this.#one(() => this.#airflow.ask({ method: 'GET', path: '/dags', query }, dagsPage));
  }

  runs(filter: RunFilter, offset: number): Promise<Page<Run>> {
    const body = {
      ...(filter.dags.length === 0 ? {} : { dag_ids: filter.dags }),
      ...(filter.states === undefined ? {} : { states: filter.states }),
      ...(filter.endedFrom === undefined ? {} : { end_date_gte: iso(filter.endedFrom) }),
      ...(filter.endedTo === undefined ? {} : { end_date_lte: iso(filter.endedTo) }),
      page_limit: PAGE,
      page_offset: offset,
      order_by: filter.newestFirst === true ? '-start_date' : 'id',
    };
    return this.#one(() => this.#airflow.ask({ method: 'POST', path: '/dags/~/dagRuns/list', body }, runsPage));
  }

  /** Task instances of a state; with a time, those that ended then or later. */
  tasks(state: string, endedFrom: number | null, offset: number, limit = PAGE): Promise<Page<FailedTask>> {
    const body = {
      state: [state],
      ...(endedFrom === null ? {} : { end_date_gte: iso(endedFrom) }),
      page_limit: limit,
      page_offset: offset,
    };
    const path = '/dags/~/dagRuns/~/taskInstances/list';
    return this.#one(() => this.#airflow.ask({ method: 'POST', path, body }, tasksPage));
  }

  importErrors() {
    const query = { limit: String(PAGE) };
    return this.#one(() => this.#airflow.ask({ method: 'GET', path: '/importErrors', query }, importErrorsPage));
  }

  pools() {
    const query = { limit: String(PAGE) };
    return this.#one(() => this.#airflow.ask({ method: 'GET', path: '/pools', query }, poolsPage));
  }

  async health() {
    const { api } = await this.#airflow.version();
    const path = api === 'v1' ? '/health' : '/monitor/health';
    return this.#one(() => this.#airflow.ask({ method: 'GET', path }, health));
  }

  async #one<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_SIDE_BY_SIDE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await ask();
    } finally {
      // Its place goes to the next one as it is.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/**
 * A whole list: the first page tells how long it is, and the others are read side by side.
 *
 * @param first the page at `from`
 * @param maxEntries with more the list is not whole, and no further page is read
 * @returns `null` when it is longer than that
 */
export async function wholeList<Item>(
  read: (offset: number) => Promise<Page<Item>>,
  maxEntries: number,
): Promise<Item[] | null> {
  const first = await read(0);
  if (first.total > maxEntries) return null;
  const offsets: number[] = [];
  for (let offset = PAGE; offset < first.total; offset += PAGE) offsets.push(offset);
  const others = await Promise.all(offsets.map(read));
  return [first, ...others].flatMap(({ items }) => items);
}
