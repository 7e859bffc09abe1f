/**
 * The local MWAA: InvokeRestApi, CreateWebLoginToken and GetEnvironment, SigV4 and IAM checked, before an Airflow.
 * Source: Amazon MWAA API Reference; limits of InvokeRestApi from the MWAA user guide, "Using the Apache Airflow REST API".
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { Iam, Principal } from '../iam/iam.ts';
import { Faults } from '../service/faults.ts';
import { type HttpService, listen, send } from '../service/http-service.ts';
import { jsonIn, signedRequest } from '../service/signed-request.ts';
import type { AirflowApi, ApiAnswer } from './airflow-api.ts';
import { roleOf } from './roles.ts';
import { Sessions } from './sessions.ts';
import { startWebServer } from './web-server.ts';

/** One environment of MWAA. */
export interface ManagedAirflow {
  airflow: AirflowApi;
  /** What GetEnvironment says: `AVAILABLE`, `UPDATING`, `MAINTENANCE` … */
  status: string;
}

export interface MwaaOptions {
  iam: Iam;
  account: string;
  region: string;
  /** By name. */
  environments: ReadonlyMap<string, ManagedAirflow>;
  /** PEM, for `localhost`. */
  certificate: { key: string; cert: string };
}

/** MWAA's API, and the web server of each environment by its name. */
export interface Mwaa extends HttpService {
  webServers: ReadonlyMap<string, { service: HttpService; sessions: Sessions }>;
}

const MAX_PATH = 64;
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

interface Answer {
  status: number;
  /** Name of AWS's error; `null`: none. */
  error: string | null;
  body: object;
}
const refusal = (error: string, status: number, message = error): Answer => ({ status, error, body: { message } });

/** Starts it on 127.0.0.1, with the web servers. */
export async function startMwaa(options: MwaaOptions): Promise<Mwaa> {
  const faults = new Faults();
  const webServers = new Map<string, { service: HttpService; sessions: Sessions }>();
  for (const [name, { airflow }] of options.environments) {
    const sessions = new Sessions();
    const service = await startWebServer({ airflow, sessions, certificate: options.certificate });
    webServers.set(name, { service, sessions });
  }
  const server = createServer(async (request, response) => {
    const [, operation = ''] = (request.url ?? '').split('/');
    const fault = await faults.next(operation);
    if (fault === 'silent') return;
    const answer =
      fault === 'throttled'
        ? refusal('ThrottlingException', 429)
        : fault === 'failed'
          ? refusal('InternalServerException', 500)
          : fault === 'denied'
            ? refusal('AccessDeniedException', 403)
            : await answerOf(request, options, webServers).catch((cause: unknown) =>
                refusal('InternalServerException', 500, String(cause)),
              );
    const content = Buffer.from(JSON.stringify(answer.body));
    const headers = {
      'content-type': 'application/json',
      'content-length': content.length,
      ...(answer.error !== null && { 'x-amzn-errortype': answer.error }),
    };
    await send(response, { status: answer.status, headers, body: [content] }, fault === 'cut');
  });
  const service = await listen(server, 0, faults);
  return {
    ...service,
    webServers,
    stop: async () => {
      await Promise.all([service.stop(), ...[...webServers.values()].map((web) => web.service.stop())]);
    },
  };
}

async function answerOf(
  request: IncomingMessage,
  options: MwaaOptions,
  webServers: Mwaa['webServers'],
): Promise<Answer> {
  const signed = await signedRequest(request, options.iam, 'airflow');
  if (typeof signed === 'string') return refusal(signed, 403);
  const [, operation, encoded = ''] = (request.url ?? '').split('/');
  const environment = decodeURIComponent(encoded);
  const managed = options.environments.get(environment);
  if (operation === 'environments' && request.method === 'GET') {
    return getEnvironment(signed.principal, environment, managed, options);
  }
  const action = { restapi: 'airflow:InvokeRestApi', webtoken: 'airflow:CreateWebLoginToken' }[operation ?? ''];
  if (action === undefined || request.method !== 'POST') return refusal('MissingAuthenticationTokenException', 403);
  const { account, region } = options;
  const decided = roleOf(options.iam, signed.principal, action, { account, region, environment });
  if ('reason' in decided) return refusal('AccessDeniedException', 403, decided.reason);
  if (managed === undefined) return refusal('ResourceNotFoundException', 404);
  if (operation === 'restapi') return invoke(managed.airflow, decided.role, jsonIn(signed.body) ?? {});
  const web = webServers.get(environment);
  const token = web?.sessions.token(decided.role);
  const body = { WebToken: token, WebServerHostname: `localhost:${web?.service.port}`, AirflowIdentity: decided.role };
  return { status: 200, error: null, body };
}

async function getEnvironment(
  principal: Principal,
  name: string,
  managed: ManagedAirflow | undefined,
  { iam, account, region }: MwaaOptions,
): Promise<Answer> {
  const arn = `arn:aws:airflow:${region}:${account}:environment/${name}`;
  const decision = iam.decide(principal, 'airflow:GetEnvironment', arn, {});
  if (!decision.allowed) return refusal('AccessDeniedException', 403, decision.reason);
  if (managed === undefined) return refusal('ResourceNotFoundException', 404);
  const Environment = {
    Arn: arn,
    Name: name,
    Status: managed.status,
    AirflowVersion: await managed.airflow.version(),
    EnvironmentClass: 'mw1.small',
    LastUpdate: { Status: 'SUCCESS', CreatedAt: Math.floor(Date.now() / 1_000) - 86_400 },
  };
  return { status: 200, error: null, body: { Environment } };
}

/** Airflow's answer, or its error in one of MWAA's. */
async function invoke(airflow: AirflowApi, role: string, body: Record<string, unknown>): Promise<Answer> {
  const { Path: path, Method: method, QueryParameters: query, Body: sent } = body;
  if (typeof path !== 'string' || typeof method !== 'string' || path.length > MAX_PATH || !path.startsWith('/')) {
    return refusal('ValidationException', 400);
  }
  const answer: ApiAnswer = await airflow.answer({
    method,
    path,
    query: parametersOf(query),
    body: sent,
    role,
  });
  const inside = { RestApiStatusCode: answer.status, RestApiResponse: answer.document };
  if (JSON.stringify(inside).length > MAX_RESPONSE_BYTES) return refusal('ValidationException', 400);
  if (answer.status < 400) return { status: 200, error: null, body: inside };
  const error = answer.status < 500 ? 'RestApiClientException' : 'RestApiServerException';
  return { status: 400, error, body: inside };
}

/**
 * `{ tags: ['sales', 'hr'], limit: 5 }` is `tags=sales&tags=hr&limit=5`. AWS does not say what it makes of a list; this is what
 * Airflow's own Amazon provider does where it asks the web server in its stead (`MwaaHook.invoke_rest_api`).
 */
function parametersOf(query: unknown): URLSearchParams {
  const pairs = Object.entries((query ?? {}) as Record<string, unknown>).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, String(value)]),
  );
  return new URLSearchParams(pairs);
}
