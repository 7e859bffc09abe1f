/**
 * An Airflow as far as its REST API goes: version 2 with `/api/v1`, version 3 with `/api/v2`. Pages end at 100 entries
 * whatever is asked for, as Airflow's do, and what it does not know is its own 404.
 * Source: the OpenAPI documents of Airflow 2.11 and 3.3.
 */
import type { AirflowApi, ApiAnswer, ApiRequest } from './airflow-api.ts';
import type { AirflowData, ModelRun } from './airflow-data.ts';
import { dagDocument, poolDocument, runDocument, taskDocument, tasksOf } from './airflow-documents.ts';
import { dagsAsked, MAX_PAGE, pageOf, type RunsBody, runsAsked, type TasksBody, tasksAsked } from './airflow-lists.ts';

/** How long a run that somebody triggers waits, and then runs. */
const QUEUED_MS = 1_000;
const RUNNING_MS = 4_000;

const problem = (status: number, title: string): ApiAnswer => ({
  status,
  document: { type: 'about:blank', title, status, detail: title },
});
const NOT_FOUND = problem(404, 'Not Found');

/** One that holds `data`, which may change while it runs. */
export class ModelAirflow implements AirflowApi {
  readonly data: AirflowData;
  readonly #runsByDag: Map<string, ModelRun[]>;

  constructor(data: AirflowData) {
    this.data = data;
    this.#runsByDag = Map.groupBy(data.runs, ({ dag }) => dag);
  }

  get isThree(): boolean {
    return this.data.version.startsWith('3');
  }

  async version(): Promise<string> {
    return this.data.version;
  }

  async answer(request: ApiRequest): Promise<ApiAnswer> {
    const { method, path } = request;
    this.#goOn();
    const parts = path.split('/').slice(1).map(decodeURIComponent);
    const key = `${method} ${parts.map((part, i) => (i % 2 === 1 ? '*' : part)).join('/')}`;
    if (key === 'GET version') return ok({ version: this.data.version, git_version: null });
    if (path === (this.isThree ? '/monitor/health' : '/health') && method === 'GET') return ok(this.#health());
    if (key === 'GET dags') {
      const dags = dagsAsked(this.data, request).map((dag) => dagDocument(dag, this.isThree));
      return ok(pageOf('dags', dags, request));
    }
    if (key === 'GET pools') return ok(pageOf('pools', this.data.pools.map(poolDocument), request));
    if (key === 'GET importErrors') return ok(pageOf('import_errors', this.#importErrors(), request));
    if (path === '/dags/~/dagRuns/list' && method === 'POST') return this.#runs(request);
    if (path === '/dags/~/dagRuns/~/taskInstances/list' && method === 'POST') return this.#tasks(request);
    if (parts[0] === 'dags' && parts[1] !== undefined) return this.#ofDag(key, parts, request);
    if (key === 'GET connections' || key === 'GET variables') {
      return request.role === 'Admin' || request.role === 'Op'
        ? ok({ [parts[0] ?? '']: [{ key: 'warehouse', value: 'a password of the sample' }], total_entries: 1 })
        : problem(403, 'Forbidden');
    }
    return NOT_FOUND;
  }

  #ofDag(key: string, [, id = '', , runId = '', , taskId]: string[], request: ApiRequest): ApiAnswer {
    const dag = this.data.dags.find((one) => one.id === id);
    if (dag === undefined) return problem(404, 'DAG not found');
    const runs = this.#runsByDag.get(id) ?? [];
    if (key === 'GET dags/*') return ok(dagDocument(dag, this.isThree));
    if (key === 'GET dags/*/dagRuns') {
      const newest = runs.toSorted((a, b) => b.queued - a.queued);
      return ok(
        pageOf(
          'dag_runs',
          newest.map((run) => runDocument(run, this.isThree)),
          request,
        ),
      );
    }
    if (key === 'POST dags/*/dagRuns') return this.#trigger(id, request);
    const run = runs.find((one) => one.id === runId);
    if (run === undefined) return problem(404, 'DAGRun not found');
    if (key === 'GET dags/*/dagRuns/*') return ok(runDocument(run, this.isThree));
    const tasks = tasksOf(run, dag.tasks);
    if (key === 'GET dags/*/dagRuns/*/taskInstances') {
      return ok(
        pageOf(
          'task_instances',
          tasks.map((task) => taskDocument(task, run, this.isThree)),
          request,
        ),
      );
    }
    const task = tasks.find(({ name }) => name === taskId);
    if (task === undefined) return NOT_FOUND;
    if (key === 'GET dags/*/dagRuns/*/taskInstances/*') return ok(taskDocument(task, run, this.isThree));
    if (key === 'GET dags/*/dagRuns/*/taskInstances/*/logs' || /\/logs\/\d+$/.test(request.path)) {
      return ok({ content: `*** ${task.name} of ${run.id}: ${task.state}\n`, continuation_token: null });
    }
    return NOT_FOUND;
  }

  /** As Airflow does: who may, and not twice by one name. */
  #trigger(dag: string, { body, role }: ApiRequest): ApiAnswer {
    if (role === 'Viewer' || role === 'Public') return problem(403, 'Forbidden');
    const { dag_run_id, conf } = (body ?? {}) as { dag_run_id?: unknown; conf?: unknown };
    const now = Date.now();
    const id = typeof dag_run_id === 'string' ? dag_run_id : `manual__${new Date(now).toISOString()}`;
    const runs = this.#runsByDag.get(dag) ?? [];
    if (runs.some((run) => run.id === id)) return problem(409, 'DAGRun already exists');
    const run: ModelRun = {
      dag,
      id,
      type: 'manual',
      state: 'queued',
      queued: now,
      started: null,
      ended: null,
      failedTask: null,
      conf: conf ?? {},
    };
    this.data.runs.push(run);
    this.#runsByDag.set(dag, [...runs, run]);
    return ok(runDocument(run, this.isThree));
  }

  /** Runs that were triggered go on. */
  #goOn(): void {
    const now = Date.now();
    for (const run of this.data.runs.slice(-100)) {
      if (run.type !== 'manual' || run.ended !== null) continue;
      if (run.state === 'queued' && now >= run.queued + QUEUED_MS) {
        run.state = 'running';
        run.started = run.queued + QUEUED_MS;
      }
      if (run.state === 'running' && now >= run.queued + QUEUED_MS + RUNNING_MS) {
        run.state = 'success';
        run.ended = run.queued + QUEUED_MS + RUNNING_MS;
      }
    }
  }

  #health() {
    const { scheduler, triggerer, dag_processor } = this.data.components;
    const part = (name: string, { status, beatAge }: { status: string | null; beatAge: number | null }) => ({
      status,
      [`latest_${name}_heartbeat`]: beatAge === null ? null : new Date(Date.now() - beatAge).toISOString(),
    });
    return {
      metadatabase: { status: 'healthy' },
      scheduler: part('scheduler', scheduler),
      triggerer: part('triggerer', triggerer),
      dag_processor: part('dag_processor', dag_processor),
    };
  }

  #importErrors() {
    return this.data.importErrors.map(({ file, trace, at }, index) => ({
      import_error_id: index + 1,
      timestamp: new Date(at).toISOString(),
      filename: file,
      stack_trace: trace,
    }));
  }

  #runs({ body }: ApiRequest): ApiAnswer {
    const asked = body as RunsBody;
    if ((asked.page_limit ?? MAX_PAGE) < 1) return problem(400, 'page_limit');
    const { page, total } = runsAsked(this.data.runs, this.#runsByDag, asked);
    return ok({ dag_runs: page.map((run) => runDocument(run, this.isThree)), total_entries: total });
  }

  #tasks({ body }: ApiRequest): ApiAnswer {
    const { page, total } = tasksAsked(this.data, body as TasksBody);
    const documents = page.map(({ task, run }) => taskDocument(task, run, this.isThree));
    return ok({ task_instances: documents, total_entries: total });
  }
}

const ok = (document: unknown): ApiAnswer => ({ status: 200, document });
