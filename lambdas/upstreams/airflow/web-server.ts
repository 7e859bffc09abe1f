/** A request to Airflow's web server itself, with whatever lets it in. */
import type { Context } from '../../context.ts';
import { traceparentOf } from '../../trace.ts';
import type { AirflowAnswer, AirflowRequest, ApiVersion } from './airflow.ts';
import { AIRFLOW, exchange } from './exchange.ts';
import type { Session } from './session.ts';

/** What is the same for every request to one: by which API, and with which trust. */
export interface WebServer {
  api: ApiVersion;
  /** PEM of the authority to trust instead of the public ones; `null`: those. */
  certificateAuthority: string | null;
}

/**
 * Sends it and gives the answer, whatever its status.
 *
 * @param session where the web server is, and the headers that let the request in
 * @throws as {@link exchange}
 */
export async function askWebServer(
  { address, headers }: Session,
  { api, certificateAuthority }: WebServer,
  { method, path, query = {}, body, repeatable }: AirflowRequest,
  context: Context,
): Promise<AirflowAnswer> {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  const search = new URLSearchParams(pairs).toString();
  const outgoing = {
    method,
    url: new URL(`${address}/api/${api}${path}${search === '' ? '' : `?${search}`}`),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(context.origin !== undefined && { traceparent: traceparentOf(context.origin.trace) }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
    certificateAuthority,
    repeatable,
  };
  const answer = await context.timing.of(AIRFLOW, () => exchange(outgoing, context));
  return { status: answer.status, contentType: answer.headers['content-type'] ?? '', body: answer.body };
}
