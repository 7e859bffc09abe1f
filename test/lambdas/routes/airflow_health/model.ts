/** A small Airflow for the domain's tests, and the port to it: what is asked goes through Airflow's own documents. */
import { ModelAirflow } from '@mrt/local-aws/mwaa/airflow.ts';
import type { AirflowData, ModelDag, ModelRun } from '@mrt/local-aws/mwaa/airflow-data.ts';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { Deadline } from '../../../../lambdas/context.ts';
import type { AirflowSettings } from '../../../../lambdas/environment-settings.ts';
import type { NamedEnvironment } from '../../../../lambdas/exchange.ts';
import { airflowHealth, type Upstreams } from '../../../../lambdas/routes/airflow_health/airflow-health.ts';
import type { Position } from '../../../../lambdas/routes/airflow_health/position.ts';
import { route } from '../../../../lambdas/routes/airflow_health/route.ts';
import { UpstreamFailedError } from '../../../../lambdas/upstream-errors.ts';
import type { Airflow, EnvironmentState } from '../../../../lambdas/upstreams/airflow/airflow.ts';
import { documentOf } from '../../../../lambdas/upstreams/airflow/fault.ts';
import { versionOf } from '../../../../lambdas/upstreams/airflow/version.ts';
import type { MwaaFigure } from '../../../../lambdas/upstreams/cloudwatch/mwaa-metrics.ts';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;

export const SETTINGS: AirflowSettings = {
  authentication: 'mwaa',
  base_url: null,
  secret: null,
  certificate_authority: null,
  mwaa: { region: 'eu-west-1', environment: 'etl', role: 'Viewer', session: false },
};

export function dag(id: string, changes: Partial<ModelDag> = {}): ModelDag {
  const standard = { schedule: '@daily', isPaused: false, owners: ['platform'], tags: [], tasks: ['extract', 'load'] };
  return { id, nextRun: Date.now() + HOUR, ...standard, ...changes };
}

let made = 0;

/** A run that ended `hoursAgo` and took `seconds`. */
export function run(dag: string, hoursAgo: number, changes: Partial<ModelRun> & { seconds?: number } = {}): ModelRun {
  const { seconds = 60, ...rest } = changes;
  const ended = Date.now() - hoursAgo * HOUR;
  const started = ended - seconds * 1_000;
  const standard = { type: 'scheduled', state: 'success', failedTask: null, conf: {} } as const;
  return { dag, id: `run_${++made}`, queued: started, started, ended, ...standard, ...rest };
}
export const failed = (dag: string, hoursAgo: number, failedTask = 'load') =>
  run(dag, hoursAgo, { state: 'failed', failedTask });
export const running = (dag: string, sinceMinutes: number) =>
  run(dag, 0, { state: 'running', started: Date.now() - sinceMinutes * MINUTE, ended: null });

export function data(changes: Partial<AirflowData> = {}): AirflowData {
  const beat = { status: 'healthy', beatAge: 3_000 };
  return {
    version: '2.10.3',
    dags: [],
    runs: [],
    importErrors: [],
    pools: [{ name: 'default_pool', slots: 128, running: 2, queued: 1 }],
    components: { scheduler: beat, triggerer: beat, dag_processor: { status: null, beatAge: null } },
    ...changes,
  };
}

/** What a test may change of the way. */
export interface Way {
  /** Throws in place of an answer, or waits before it. */
  before?: (path: string, body: unknown) => Promise<void> | void;
  state?: EnvironmentState | null;
}

/** The port, counting what is asked. */
export function portTo(model: ModelAirflow, { before, state = null }: Way = {}) {
  const asked: string[] = [];
  const airflow: Airflow = {
    authentication: 'mwaa',
    version: async () => {
      await before?.('/version', undefined);
      return versionOf({ version: model.data.version });
    },
    environment: async () => state,
    send: () => Promise.reject(new Error('not asked')),
    ask: async ({ method, path, query = {}, body }, schema) => {
      asked.push(`${method} ${path}`);
      await before?.(path, body);
      const request = { method, path, query: new URLSearchParams(query), body, role: 'Viewer' };
      const { status, document } = await model.answer(request);
      const sent = { status, contentType: 'application/json', body: Buffer.from(JSON.stringify(document)) };
      const parsed = z.safeParse(schema, documentOf(sent));
      if (!parsed.success) throw new UpstreamFailedError('airflow', 'invalid-answer', { cause: parsed.error });
      return parsed.data;
    },
  };
  return { airflow, asked };
}

export interface Question {
  parameters?: Parameters<typeof airflowHealth>[0]['parameters'];
  limit?: number;
  position?: Position | null;
  settings?: AirflowSettings;
  metrics?: Upstreams['metrics'];
}

/** CloudWatch has nothing. */
export const NO_FIGURES: Record<MwaaFigure, null> = {
  queued_tasks: null,
  running_tasks: null,
  oldest_task_age_s: null,
  database_connections: null,
  scheduler_cpu: null,
  scheduler_memory: null,
  workers_cpu: null,
  workers_memory: null,
  web_server_cpu: null,
  web_server_memory: null,
};
const NO_METRICS: Upstreams['metrics'] = async () => ({ as_of: null, figures: NO_FIGURES });

/** A request to the route. */
export function questionOf({ parameters = {}, limit = 100, position = null, settings = SETTINGS }: Question) {
  const environment: NamedEnvironment = { name: 'etl-prod', labels: {}, offers: ['airflow_health'], airflow: settings };
  const deadline = new Deadline(Date.now() + 20_000);
  const rest = { clear: false, mayClear: false, other: null, version: '1' };
  return { parameters, limit, position, environment, deadline, ...rest };
}

export function upstreamsOf(airflow: Airflow, metrics = NO_METRICS): Upstreams {
  return { airflow: () => airflow, metrics };
}

/** Asks the route's domain, whose answer has what the route declares and nothing else. */
export async function ask(airflow: Airflow, question: Question = {}) {
  const answer = await airflowHealth(questionOf(question), upstreamsOf(airflow, question.metrics));
  expect({ ...route.answer.parse(answer.body), complete: answer.body.complete }).toEqual(answer.body);
  return answer;
}

export { ModelAirflow };
