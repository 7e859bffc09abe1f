/**
 * Three operations of MWAA's own API. Source: Amazon MWAA API Reference, "InvokeRestApi", "CreateWebLoginToken",
 * "GetEnvironment".
 */
import * as z from 'zod/mini';
import type { Context } from '../../context.ts';
import type { Reader } from '../../environment-settings.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { memberBytes } from './member-bytes.ts';
import { type Call, call, MWAA, MwaaRefusal } from './mwaa-call.ts';

/** An environment of MWAA. */
export interface MwaaEnvironment {
  region: string;
  environment: string;
  /** Of the tenant whose it is; left out: the function's own role asks. */
  reader?: Reader | undefined;
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
  mwaa: MwaaEnvironment,
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
  const at = `/restapi/${encodeURIComponent(mwaa.environment)}`;
  const sent: Call = { method: 'POST', plane: 'env', path: at, body: question, repeatable };
  const answer = await call(sent, mwaa, context, maxMs).catch((error: unknown) => {
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
export async function createWebLoginToken(at: MwaaEnvironment, context: Context) {
  const path = `/webtoken/${encodeURIComponent(at.environment)}`;
  const answer = await call({ method: 'POST', plane: 'env', path, body: {}, repeatable: true }, at, context);
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
  const answer = await call({ method: 'GET', plane: 'api', path, body: undefined, repeatable: true }, at, context);
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
