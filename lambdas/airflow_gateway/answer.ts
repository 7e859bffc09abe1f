/** One call from its event to its answer: who, whether, Airflow's own words back, and the audit line. */
import { Readable } from 'node:stream';
import { type Context, Deadline, Timing } from '../context.ts';
import type { AirflowSettings } from '../environment-settings.ts';
import { UpstreamFailedError } from '../upstream-errors.ts';
import type { Airflow, AirflowAnswer } from './airflow.ts';
import { type AuditLine, writeAudit } from './audit.ts';
import type { GatewayRequest, GatewayResponse, Reply } from './call.ts';
import { decide, type Permitted } from './decision.ts';
import { identityOf } from './owner.ts';
import { problemOf } from './problem.ts';
import { inWordsOf, runRequestOf } from './run-request.ts';
import type { GatewaySettings } from './settings.ts';

/** The API of one stage. */
export interface Gateway {
  settings: GatewaySettings;
  /** The Airflow of an environment, bound to a request. */
  airflow: (settings: AirflowSettings, context: Context) => Airflow;
}

/**
 * Answers one call. Once the status has gone nothing but the connection can say that an answer is cut: then this throws, as
 * Lambda wants it (Lambda developer guide, "Response streaming"), and the audit line has the reason.
 *
 * @param latest by when the answer must begin, in milliseconds since the epoch
 * @throws what the body of Airflow's answer broke off with
 */
export async function answer(
  request: GatewayRequest,
  { settings, airflow }: Gateway,
  latest: number,
  reply: Reply,
): Promise<void> {
  const started = performance.now();
  const timing = new Timing();
  const line: AuditLine = {
    request,
    origin: { request_id: request.id, trace: request.trace },
    stage: settings.stage,
    caller: null,
    identity: {},
    permitted: null,
    status: 500,
    problem: null,
    bytes: null,
  };
  let response: GatewayResponse;
  try {
    line.caller = request.caller();
    if (process.env['MRT_WITH_TRUST_DOMAIN'] !== 'off') line.identity = identityOf(line.caller, settings);
    line.permitted = decide({ ...request, path: request.rest }, line.caller, settings);
    const upstream = airflow(line.permitted.airflow, { deadline: new Deadline(latest), timing, origin: line.origin });
    response = passedBack(await send(request, line.permitted, upstream), request.id);
  } catch (error) {
    line.problem = problemOf(error);
    line.error = error;
    response = refused(line.problem, request, settings.base_address);
  }
  line.status = response.status;
  try {
    // While Airflow's text is under way, it is Airflow that is waited for.
    const handOn = () => reply(response);
    line.bytes = await (response.body instanceof Readable ? timing.of('airflow', handOn) : handOn());
  } catch (error) {
    line.problem = problemOf(error);
    line.error = error;
    throw error;
  } finally {
    writeAudit(line, { duration_ms: performance.now() - started, timing });
  }
}

async function send(
  { query, body }: GatewayRequest,
  { operation }: Permitted,
  airflow: Airflow,
): Promise<AirflowAnswer> {
  const { method, path } = operation;
  const call = { method, path, query: gathered(query), repeatable: method === 'GET' };
  const answered = await airflow.send(
    method === 'GET' ? call : { ...call, body: inWordsOf((await airflow.version()).api, runRequestOf(body)) },
  );
  // A redirect is Airflow's sign-in page: the session is not good, and the page is no answer to a program.
  if (answered.status >= 300 && answered.status < 400) {
    if (answered.body instanceof Readable) answered.body.destroy();
    throw new UpstreamFailedError('airflow', 'invalid-answer');
  }
  return answered;
}

/** `[['state', 'failed'], ['limit', '5'], ['state', 'queued']]` gives `{ state: ['failed', 'queued'], limit: '5' }`. */
function gathered(query: GatewayRequest['query']): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of query) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? '') : list]));
}

function passedBack({ status, contentType, body }: AirflowAnswer, id: string): GatewayResponse {
  return { status, headers: { ...always(id), 'content-type': contentType }, body };
}

/** RFC 9457, as everywhere in the API. */
function refused(
  problem: NonNullable<AuditLine['problem']>,
  { id, path }: GatewayRequest,
  base: string | null,
): GatewayResponse {
  const { slug, title, status, detail, retry_after, members } = problem;
  return {
    status,
    headers: {
      ...always(id),
      'content-type': 'application/problem+json',
      ...(retry_after !== undefined && { 'retry-after': String(retry_after) }),
      ...(status === 401 && { 'www-authenticate': 'Bearer error="invalid_token"' }),
    },
    body: Buffer.from(
      JSON.stringify({
        type: `${base ?? ''}/problems/${slug}`,
        title,
        status,
        detail,
        instance: path,
        request_id: id,
        ...members,
      }),
    ),
  };
}

function always(id: string): Record<string, string> {
  return { 'x-request-id': id, 'cache-control': 'no-store' };
}
