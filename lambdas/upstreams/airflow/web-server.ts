/** A request to Airflow's web server itself, with whatever lets it in. */
import type { Context } from '../../context.ts';
import { traceparentOf } from '../../trace.ts';
import type { AirflowAnswer, AirflowRequest, ApiVersion } from './airflow.ts';
import { AIRFLOW, exchange, type Outgoing } from './exchange.ts';
import type { Session } from './session.ts';

/** How an answer is read: whole, or as it comes (`streamed-answer.ts`). */
export type Read<Body> = (outgoing: Outgoing, context: Context) => Promise<AirflowAnswer<Body>>;

/** Up to 6 MB. @throws as {@link exchange} */
export const whole: Read<Buffer> = async (outgoing, context) => {
  const { status, headers, body } = await exchange(outgoing, context);
  return { status, contentType: headers['content-type'] ?? '', body };
};

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
export function askWebServer<Body>(
  { address, headers }: Session,
  { api, certificateAuthority }: WebServer,
  { method, path, query = {}, body, repeatable }: AirflowRequest,
  context: Context,
  read: Read<Body>,
): Promise<AirflowAnswer<Body>> {
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
  return context.timing.of(AIRFLOW, () => read(outgoing, context));
}
