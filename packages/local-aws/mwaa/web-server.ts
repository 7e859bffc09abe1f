/**
 * The web server of an MWAA environment, over TLS: the login by a token, and Airflow's REST API for whoever has a session.
 * Source: the login of Airflow's Amazon provider (`MwaaHook`).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { Faults } from '../service/faults.ts';
import { type HttpService, listen, send } from '../service/http-service.ts';
import { readBody } from '../service/request-body.ts';
import { jsonIn } from '../service/signed-request.ts';
import type { AirflowApi } from './airflow-api.ts';
import type { Sessions } from './sessions.ts';

export interface WebServerOptions {
  airflow: AirflowApi;
  sessions: Sessions;
  /** PEM. */
  certificate: { key: string; cert: string };
}

const MAX_BODY_BYTES = 1024 * 1024;

/** Starts it on 127.0.0.1; its name is `localhost`. */
export async function startWebServer(options: WebServerOptions): Promise<HttpService> {
  const faults = new Faults();
  const server = createServer(options.certificate, (request, response) => {
    void answer(request, response, options, faults);
  });
  return listen(server as unknown as Parameters<typeof listen>[0], 0, faults);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { airflow, sessions }: WebServerOptions,
  faults: Faults,
): Promise<void> {
  const fault = await faults.next(request.url?.includes('/login') ? 'login' : 'api');
  if (fault === 'silent') return;
  const isThree = (await airflow.version()).startsWith('3');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
  const body = await readBody(request, MAX_BODY_BYTES);
  const reply = (status: number, document: unknown, headers: Record<string, string> = {}) => {
    const content = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
    const type = typeof document === 'string' ? 'text/html; charset=utf-8' : 'application/json';
    const all = { 'content-type': type, 'content-length': content.length, ...headers };
    return send(response, { status, headers: all, body: [content] }, fault === 'cut');
  };
  if (fault === 'failed') return reply(502, '<html>Bad Gateway</html>');
  if (request.method === 'POST' && pathname === (isThree ? '/pluginsv2/aws_mwaa/login' : '/aws_mwaa/login')) {
    const session = sessions.login(new URLSearchParams(body?.toString()).get('token') ?? '');
    if (session === null) return reply(403, '<html>Forbidden</html>');
    const cookie = `${isThree ? '_token' : 'session'}=${session}; Secure; HttpOnly; Path=/; SameSite=Lax`;
    return reply(302, '', { location: '/', 'set-cookie': cookie });
  }
  const prefix = isThree ? '/api/v2' : '/api/v1';
  // Airflow's own pages lead to the sign-in of AWS.
  if (!pathname.startsWith(`${prefix}/`)) return reply(404, '<html>Not Found</html>');
  const role = sessions.roleOf(shown(request, isThree));
  if (role === null) return reply(401, { type: 'about:blank', title: 'Unauthorized', status: 401 });
  const document = body === null || body.length === 0 ? undefined : jsonIn(body);
  const path = pathname.slice(prefix.length);
  const asked = { method: request.method ?? '', path, query: searchParams, body: document, role };
  const answered = await airflow.answer(asked);
  if (answered.content === undefined) return reply(answered.status, answered.document ?? null);
  const { type, body: bytes } = answered.content;
  const headers = { 'content-type': type, 'content-length': bytes.length };
  return send(response, { status: answered.status, headers, body: [bytes] }, fault === 'cut');
}

/** Airflow 2 takes the session's cookie, Airflow 3 a bearer token. */
function shown({ headers }: IncomingMessage, isThree: boolean): string {
  if (isThree) return headers.authorization?.replace(/^Bearer /, '') ?? '';
  return /(?:^|;\s*)session=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
}
