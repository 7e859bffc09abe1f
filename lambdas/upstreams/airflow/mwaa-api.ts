/**
 * MWAA's own API, signed with SigV4: three operations of it. The npm registry that this was written with has no
 * `@aws-sdk/client-mwaa` that knows InvokeRestApi, and the protocol is one signed JSON request
 * (docs/decisions/dependencies.md). Source: Amazon MWAA API Reference, "InvokeRestApi", "CreateWebLoginToken",
 * "GetEnvironment".
 */
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod/mini';
import type { Context } from '../../context.ts';
import { UpstreamFailedError, UpstreamThrottledError } from '../../errors.ts';
import { credentials } from '../credentials.ts';
import { Sha256 } from '../s3/signed-https.ts';
import { exchange, type Incoming } from './exchange.ts';
import { memberBytes } from './member-bytes.ts';

/** What errors and `Server-Timing` call MWAA's API. */
export const MWAA = 'mwaa';

/** An environment of MWAA. */
export interface MwaaEnvironment {
  region: string;
  environment: string;
}

/** A body of MWAA's, read and as it came. */
interface MwaaAnswer {
  /** `null` of a refusal that is no JSON. */
  json: unknown;
  bytes: Buffer;
}

/** MWAA refuses the operation for what was asked, and another way may be open: `error` is the name of its error. */
export class MwaaRefusal extends Error {
  override name = 'MwaaRefusal' as const;
  readonly error: string;
  readonly status: number;
  /** What came with it: it may hold Airflow's own answer. */
  readonly said: MwaaAnswer;
  constructor(error: string, status: number, said: MwaaAnswer) {
    super(error);
    this.error = error;
    this.status = status;
    this.said = said;
  }
}

/** Calls of `env` are about one environment's web server, those of `api` about the environment itself. */
type Plane = 'env' | 'api';

interface Call {
  method: 'GET' | 'POST' | 'PUT';
  plane: Plane;
  path: string;
  body: unknown;
  repeatable: boolean;
}

/** The address of one plane; in the local run both are one, where AWS's own variable says. */
function endpointOf(plane: Plane, region: string): URL {
  return new URL(process.env['AWS_ENDPOINT_URL_MWAA'] || `https://${plane}.airflow.${region}.amazonaws.com`);
}

/**
 * Sends a call and gives what came back.
 *
 * @throws MwaaRefusal for every 4xx but throttling; UpstreamThrottledError; UpstreamFailedError; UpstreamTimeoutError
 */
async function call(
  { method, plane, path, body, repeatable }: Call,
  region: string,
  context: Context,
  maxMs?: number,
): Promise<MwaaAnswer> {
  const endpoint = endpointOf(plane, region);
  const text = body === undefined ? null : JSON.stringify(body);
  const signed = await new SignatureV4({
    service: 'airflow',
    region,
    credentials: credentials(),
    sha256: Sha256,
    applyChecksum: true,
  }).sign({
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port === '' ? {} : { port: Number(endpoint.port) }),
    path,
    query: {},
    headers: { host: endpoint.host, ...(text === null ? {} : { 'content-type': 'application/json' }) },
    ...(text === null ? {} : { body: text }),
  });
  const outgoing = {
    method,
    url: new URL(path, endpoint),
    headers: signed.headers,
    body: text,
    certificateAuthority: null,
    repeatable,
  };
  const answer = await context.timing.of(MWAA, () => exchange(outgoing, context, maxMs));
  const said = { json: jsonOf(answer), bytes: answer.body };
  if (answer.status < 300) return said;
  throw faultOf(answer, said);
}

function jsonOf({ body, status }: Incoming): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    if (status < 300) throw new UpstreamFailedError(MWAA, 'invalid-answer');
    return null;
  }
}

/** Its message is not used: it names ARNs. */
function faultOf({ status, headers }: Incoming, said: MwaaAnswer): Error {
  // `x-amzn-errortype: AccessDeniedException:http://internal…` (AWS restJson1 protocol, "Operation error serialization").
  const error = (headers['x-amzn-errortype'] ?? '').split(/[:,]/)[0] ?? '';
  const cause = { cause: { code: error || String(status) } };
  if (status === 429 || /Throttl|TooManyRequests/.test(error)) return new UpstreamThrottledError(MWAA, cause);
  if (/RequestExpired|RequestTimeTooSkewed/.test(error)) return new UpstreamFailedError(MWAA, 'clock-skew', cause);
  if (/UnrecognizedClient|InvalidClientTokenId|ExpiredToken|InvalidSignature|IncompleteSignature/.test(error)) {
    return new UpstreamFailedError(MWAA, 'credentials', cause);
  }
  if (/RestApi(Client|Server)Exception/.test(error) || status < 500) return new MwaaRefusal(error, status, said);
  return new UpstreamFailedError(MWAA, 'failed', cause);
}

/** What InvokeRestApi passes on. */
export interface RestApiCall {
  method: string;
  /** Without `/api/v1` or `/api/v2`, which MWAA adds. At most 64 characters. */
  path: string;
  query: Readonly<Record<string, string | readonly string[]>>;
  body: unknown;
  repeatable: boolean;
}

/** Airflow's answer through it: a status, and beside it the document, which is cut out as it stands. */
const restApiAnswer = z.object({ RestApiStatusCode: z.int() });
const DOCUMENT = 'RestApiResponse';

/**
 * Airflow's REST API by MWAA's, which is reached wherever MWAA's endpoint is, also of a private web server.
 *
 * @param maxMs to wait
 * @returns Airflow's status and the text of its document, empty where there is none; errors of Airflow's included
 * @throws MwaaRefusal where MWAA does not pass it on; as {@link call}
 */
export async function invokeRestApi(
  { region, environment }: MwaaEnvironment,
  { method, path, query, body, repeatable }: RestApiCall,
  context: Context,
  maxMs: number,
): Promise<{ status: number; body: Buffer }> {
  const question = {
    Path: path,
    Method: method,
    ...(Object.keys(query).length === 0 ? {} : { QueryParameters: query }),
    ...(body === undefined ? {} : { Body: body }),
  };
  const at = `/restapi/${encodeURIComponent(environment)}`;
  const sent: Call = { method: 'POST', plane: 'env', path: at, body: question, repeatable };
  const answer = await call(sent, region, context, maxMs).catch((error: unknown) => {
    // Airflow's own error comes as an error of MWAA's, with Airflow's status and document in it.
    if (error instanceof MwaaRefusal && /RestApi(Client|Server)Exception/.test(error.error)) {
      if (restApiAnswer.safeParse(error.said.json).success) return error.said;
    }
    throw error;
  });
  const parsed = restApiAnswer.safeParse(answer.json);
  if (!parsed.success) throw new UpstreamFailedError(MWAA, 'invalid-answer');
  return { status: parsed.data.RestApiStatusCode, body: memberBytes(answer.bytes, DOCUMENT) ?? Buffer.alloc(0) };
}

/** A host name: never an address, and nothing that would lead a request elsewhere. A port is the local run's. */
const HOST_NAME = /^(?!\d+(\.\d+){3}(:|$))[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i;

const webLoginToken = z.object({
  WebToken: z.string().check(z.minLength(1), z.maxLength(8_192)),
  WebServerHostname: z.string().check(z.regex(HOST_NAME), z.maxLength(260)),
});

/**
 * A token for one login at the web server within 60 seconds, and where that is.
 *
 * @throws MwaaRefusal; as {@link call}
 */
export async function createWebLoginToken({ region, environment }: MwaaEnvironment, context: Context) {
  const path = `/webtoken/${encodeURIComponent(environment)}`;
  const answer = await call({ method: 'POST', plane: 'env', path, body: {}, repeatable: true }, region, context);
  const parsed = webLoginToken.safeParse(answer.json);
  if (!parsed.success) throw new UpstreamFailedError(MWAA, 'refused');
  return { token: parsed.data.WebToken, host: parsed.data.WebServerHostname };
}

const environmentAnswer = z.object({
  Environment: z.object({
    Status: z.optional(z.string()),
    AirflowVersion: z.optional(z.string()),
    EnvironmentClass: z.optional(z.string()),
    LastUpdate: z.nullish(z.object({ Status: z.optional(z.string()), CreatedAt: z.optional(z.number()) })),
  }),
});

/** What MWAA says of an environment. */
export interface EnvironmentState {
  /** `AVAILABLE`, `UPDATING`, `MAINTENANCE` …; `null` where it is not said. */
  status: string | null;
  version: string | null;
  class: string | null;
  /** `SUCCESS`, `PENDING`, `FAILED`; `null` where there was none. */
  lastUpdate: string | null;
}

/** @throws MwaaRefusal; as {@link call} */
export async function getEnvironment(at: MwaaEnvironment, context: Context): Promise<EnvironmentState> {
  const path = `/environments/${encodeURIComponent(at.environment)}`;
  const answer = await call(
    { method: 'GET', plane: 'api', path, body: undefined, repeatable: true },
    at.region,
    context,
  );
  const parsed = environmentAnswer.safeParse(answer.json);
  if (!parsed.success) throw new UpstreamFailedError(MWAA, 'invalid-answer');
  const { Status, AirflowVersion, EnvironmentClass, LastUpdate } = parsed.data.Environment;
  return {
    status: word(Status),
    version: word(AirflowVersion),
    class: word(EnvironmentClass),
    lastUpdate: word(LastUpdate?.Status),
  };
}

/** A word of AWS's, which goes into an answer: letters, digits and a few signs, or nothing. */
function word(text: string | undefined): string | null {
  return text !== undefined && /^[\w.-]{1,40}$/.test(text) ? text : null;
}
