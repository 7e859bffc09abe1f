/**
 * `npm run smoke -- --airflow config/<stage>.json <environment>`: from where a caller is, everything between it and Airflow,
 * in the order in which it can fail. Each line that fails says what to do. docs/airflow-gateway.md, "Trying it"
 */
import { randomUUID } from 'node:crypto';
import { type RoleKeys, signatureOf } from './airflow-signature.ts';
import { credentialsAdvice, policyAdvice, signatureAdvice, triggerAdvice } from './airflow-smoke-advice.ts';
import { networkFindings } from './airflow-smoke-network.ts';
import type { Finding } from './smoke-advice.ts';

/** Where to ask, as whom, and about what. */
export interface AirflowTarget {
  /** With the stage: the output `AirflowGatewayAddress`. */
  gateway: string;
  environment: string;
  /** An access token of the API or an id token of a pipeline; or a role's keys, for a gateway of this Region. */
  as: { token: string } | { keys: RoleKeys; region: string };
  /** A DAG that may be started; `null`: none is. */
  dag: string | null;
}

/** What an answer of the gateway is judged by. */
interface Reply {
  status: number;
  body: Record<string, unknown>;
  ms: number;
  requestId: string | null;
}

/** Of the document that the gateway was conceived from: "Response time < 500ms". */
const MAX_MEDIAN_MS = 500;
const MEASURED_CALLS = 10;
/** Half of the ten instances that a new account has (Lambda quotas): the call before may still hold one as it ends. */
const SIDE_BY_SIDE = 5;

/** Asks in order; what follows a fault that makes it pointless is left out. */
export async function* airflowSmoke(target: AirflowTarget): AsyncGenerator<Finding> {
  const url = new URL(target.gateway);
  const network = [...(await networkFindings(url))];
  yield* network;
  if (network.some(({ advice }) => advice !== null)) return;

  const closed = await ask(target, '/dags?limit=1', { asNobody: true });
  yield { question: 'policy: a call without a token is 401', advice: policyAdvice(closed) };
  const listed = await ask(target, '/dags?limit=100');
  yield 'token' in target.as
    ? { question: 'credentials: the token is let in', advice: credentialsAdvice(listed) }
    : { question: 'credentials: the role’s signature is let in', advice: signatureAdvice(listed) };
  if (listed.status !== 200) return;
  const dags = Array.isArray(listed.body['dags']) ? listed.body['dags'].length : null;
  yield {
    question: `list: ${dags ?? 'no'} DAGs on the first page`,
    advice: dags === null ? 'Airflow’s answer has no list of DAGs: is something else behind the environment?' : null,
  };
  yield* startFindings(target);
  yield* errorFindings(target);
  yield* speedFindings(target);
  yield {
    question: `logs: look for the request ${listed.requestId} in the log whose name has AirflowGatewayFunctionsReader`,
    advice: listed.requestId === null ? 'The answer has no x-request-id: it is not the function’s.' : null,
  };
}

async function* startFindings(target: AirflowTarget): AsyncGenerator<Finding> {
  const { dag } = target;
  if (dag === null) {
    yield { question: 'trigger: not tried, name a DAG with --dag', advice: null };
    return;
  }
  // Short: MWAA's InvokeRestApi takes paths of 64 characters.
  const run = `smoke__${randomUUID().slice(0, 8)}`;
  const path = `/dags/${encodeURIComponent(dag)}/dagRuns`;
  const body = JSON.stringify({ dag_run_id: run });
  const started = await ask(target, path, { method: 'POST', body });
  yield { question: `trigger: a run of ${dag}`, advice: triggerAdvice(started) };
  if (started.status !== 200) return;
  const state = await ask(target, `${path}/${encodeURIComponent(run)}`);
  yield {
    question: `status: the run is ${String(state.body['state'])}`,
    advice: state.status === 200 ? null : `${state.status}: the run was started and is not found.`,
  };
  const again = await ask(target, path, { method: 'POST', body });
  yield {
    question: 'error handling: the same run again is 409',
    advice: again.status === 409 ? null : `${again.status} instead of 409: a repeated call could start a second run.`,
  };
}

async function* errorFindings(target: AirflowTarget): AsyncGenerator<Finding> {
  const forbidden = await ask(target, '/variables');
  yield {
    question: 'error handling: Airflow’s variables are refused',
    advice:
      forbidden.status === 403 ? null : `${forbidden.status} instead of 403: this is not the gateway of this release.`,
  };
  const absent = await ask(target, `/dags/no_such_dag_${randomUUID().slice(0, 8)}`);
  yield {
    question: 'error handling: a DAG that is not there is Airflow’s own 404',
    advice: absent.status === 404 && !('request_id' in absent.body) ? null : `${absent.status}: not Airflow’s 404.`,
  };
}

async function* speedFindings(target: AirflowTarget): AsyncGenerator<Finding> {
  const times: number[] = [];
  for (let call = 0; call < MEASURED_CALLS; call += 1) times.push((await ask(target, '/dags?limit=1')).ms);
  const median = Math.round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0);
  yield {
    question: `speed: ${median} ms, the median of ${MEASURED_CALLS}`,
    advice:
      median <= MAX_MEDIAN_MS
        ? null
        : `Over ${MAX_MEDIAN_MS} ms. Compare duration_ms with upstream_total_ms in the audit lines: the rest is network and gateway, upstream is Airflow’s web server (its number of workers).`,
  };
  const replies = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => ask(target, '/dags?limit=1')));
  const failed = replies.filter(({ status }) => status !== 200).map(({ status }) => status);
  yield {
    question: `concurrency: ${SIDE_BY_SIDE} calls side by side`,
    advice:
      failed.length === 0
        ? null
        : failed.every((status) => status === 429)
          ? 'Some are 429: raise airflow.limits, or call less at once.'
          : `${failed.length} failed (${[...new Set(failed)].join(', ')}): 5xx may be airflow.limits.at_once, or Airflow’s web server at its end.`,
  };
}

/** @param options `asNobody`: on the way of tokens, without one */
async function ask(
  { gateway, environment, as }: AirflowTarget,
  path: string,
  options: { asNobody?: boolean; method?: string; body?: string } = {},
): Promise<Reply> {
  const { asNobody = false, method = 'GET', body: text } = options;
  const started = performance.now();
  const way = asNobody || 'token' in as ? 'airflow' : 'iam';
  const url = new URL(`${gateway}/${way}/${encodeURIComponent(environment)}${path}`);
  const shown = async (): Promise<Record<string, string>> => {
    if (asNobody) return {};
    if ('token' in as) return { authorization: `Bearer ${as.token}` };
    return signatureOf(url, { method, body: text }, as.keys, as.region);
  };
  const response = await fetch(url, {
    method,
    headers: {
      ...(await shown()),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(options.body !== undefined && { body: options.body }),
    signal: AbortSignal.timeout(35_000),
  });
  const body = await response.json().catch(() => ({}));
  return {
    status: response.status,
    body: body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {},
    ms: performance.now() - started,
    requestId: response.headers.get('x-request-id'),
  };
}
