/** How a session is opened: with a token, with user name and password, or by MWAA's login token. */
import * as z from 'zod/mini';
import type { Context } from '../../context.ts';
import type { AirflowSettings, Reader } from '../../environment-settings.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { credentialsOf } from '../reader-credentials.ts';
import { AIRFLOW, exchange, type Incoming } from './exchange.ts';
import { createWebLoginToken, type MwaaEnvironment } from './mwaa-api.ts';
import { MWAA, MwaaRefusal } from './mwaa-call.ts';
import type { Session } from './session.ts';

/** Airflow 2 has `v1`, Airflow 3 `v2`. */
export type ApiVersion = 'v1' | 'v2';

/** Reads the secret that the settings name, anew at each call: as the tenant's role where they name one. */
export type ReadSecret = (arn: string, reader: Reader | undefined, context: Context) => Promise<string>;

/** By Secrets Manager, whose client is loaded with the first secret: an Airflow of MWAA has none. */
export async function readSecret(arn: string, reader: Reader | undefined, context: Context): Promise<string> {
  const { secretReader } = await import('../secret.ts');
  return secretReader(process.env['AWS_REGION'] ?? '', arn, () => credentialsOf(reader, context))();
}

const tokenSecret = z.object({ token: z.string().check(z.minLength(1)) });
const basicSecret = z.object({ username: z.string().check(z.minLength(1)), password: z.string() });
/** What an HTTP header can hold: a secret with a line end in it would be a second header. */
const HEADER_TEXT = /^[\x21-\x7e]{1,8192}$/;

/**
 * Opens a session at a self-hosted Airflow.
 *
 * @param api which of the two it has: Airflow 3 takes no password with a request, but gives a token for it
 * @throws UpstreamFailedError `secret-unreadable`, `secret-malformed`, `login-refused`; whatever the request throws
 */
export async function selfHosted(
  { authentication, base_url, secret, certificate_authority, reader }: AirflowSettings,
  api: ApiVersion,
  context: Context,
  read: ReadSecret = readSecret,
): Promise<Session> {
  if (base_url === null || secret === null) throw new Error('a self-hosted Airflow has an address and a secret');
  const address = base_url.replace(/\/+$/, '');
  const text = await context.timing
    .of('secretsmanager', () => read(secret, reader, context))
    // The SDK's errors hold the ARN.
    .catch(() => Promise.reject(new UpstreamFailedError(AIRFLOW, 'secret-unreadable')));
  if (authentication === 'token') return { address, headers: bearer(tokenIn(text)) };
  const { username, password } = credentialsIn(text);
  if (api === 'v1') {
    const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
    return { address, headers: { authorization: `Basic ${pair}` } };
  }
  // Airflow 3, "Public API authentication": POST /auth/token gives a JWT for user name and password.
  const answer = await posted(
    new URL(`${address}/auth/token`),
    { 'content-type': 'application/json' },
    JSON.stringify({ username, password }),
    certificate_authority,
    context,
  );
  if (answer.status >= 300) throw loginRefused(answer);
  const parsed = z.object({ access_token: z.string().check(z.regex(HEADER_TEXT)) }).safeParse(jsonOf(answer));
  if (!parsed.success) throw new UpstreamFailedError(AIRFLOW, 'invalid-answer');
  return { address, headers: bearer(parsed.data.access_token) };
}

/** The path of the login, and how what it gives is shown, by the API (Airflow's Amazon provider, `MwaaHook`). */
const LOGINS = {
  v1: { path: '/aws_mwaa/login', cookie: 'session' },
  v2: { path: '/pluginsv2/aws_mwaa/login', cookie: '_token' },
} as const;

/**
 * Opens a session at the web server of MWAA: a login token, which is good for one login within 60 seconds, is exchanged
 * for a cookie. Airflow 2 takes the cookie itself; in Airflow 3 it is the JWT.
 *
 * @throws UpstreamFailedError `access-denied`, `not-found`, `login-refused`; whatever the requests throw
 */
export async function mwaaLogin(at: MwaaEnvironment, api: ApiVersion, context: Context): Promise<Session> {
  const { token, host } = await createWebLoginToken(at, context).catch((error: unknown) => {
    throw error instanceof MwaaRefusal ? refusalOf(error) : error;
  });
  const address = `https://${host}`;
  const { path, cookie } = LOGINS[api];
  const form = new URLSearchParams({ token }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  // The token is used up by it, so a login is never sent twice.
  const answer = await posted(new URL(address + path), headers, form, null, context);
  // A redirect to the start page is how a browser goes on after a good login; what counts is the cookie.
  const value = answer.status < 400 ? cookieOf(answer, cookie) : null;
  if (value === null) throw loginRefused(answer);
  return { address, headers: api === 'v1' ? { cookie: `${cookie}=${value}` } : bearer(value) };
}

/** What a refusal of MWAA's API means where no other way is left. */
export function refusalOf({ error, status }: MwaaRefusal): UpstreamFailedError {
  const cause = { code: error };
  if (status === 403) return accessDenied(cause);
  if (status === 404) return new UpstreamFailedError(MWAA, 'not-found', { cause });
  return new UpstreamFailedError(MWAA, 'refused', {
    cause,
    advice:
      'MWAA refused the request, or did not pass it on: its answers end at 6 MB and 10 s. Ask for less with limit and offset; or the ' +
      'operator opens a second way, which has no such end, with `web_server` of the environment’s `airflow`.',
  });
}

/** MWAA lets nobody in without a right on the ARN of the role of Airflow's. */
export function accessDenied(cause?: { code: string }): UpstreamFailedError {
  return new UpstreamFailedError(MWAA, 'access-denied', {
    ...(cause !== undefined && { cause }),
    advice:
      'IAM did not let the function ask MWAA. See, in this order: the policies of existing endpoints airflow.env and ' +
      'airflow.api, a permissions boundary, and whether `region`, `environment` and `role` are those of MWAA.',
  });
}

function posted(
  url: URL,
  headers: Record<string, string>,
  body: string,
  certificateAuthority: string | null,
  context: Context,
): Promise<Incoming> {
  const outgoing = { method: 'POST', url, headers, body, certificateAuthority, repeatable: false };
  return context.timing.of(AIRFLOW, () => exchange(outgoing, context));
}

function loginRefused({ status }: Incoming): UpstreamFailedError {
  const reason = status >= 500 ? 'failed' : 'login-refused';
  return new UpstreamFailedError(AIRFLOW, reason, { cause: { code: `HTTP ${status}` } });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The token itself, or JSON with it. */
function tokenIn(text: string): string {
  const json = parsed(text);
  const token = (tokenSecret.safeParse(json).data?.token ?? text).trim();
  if (!HEADER_TEXT.test(token) || (json !== null && typeof json === 'object' && !tokenSecret.safeParse(json).success)) {
    throw new UpstreamFailedError(AIRFLOW, 'secret-malformed');
  }
  return token;
}

function credentialsIn(text: string): { username: string; password: string } {
  const credentials = basicSecret.safeParse(parsed(text));
  // Of Basic, a user name ends at the first colon (RFC 7617).
  if (!credentials.success || credentials.data.username.includes(':')) {
    throw new UpstreamFailedError(AIRFLOW, 'secret-malformed');
  }
  return credentials.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function jsonOf({ body }: Incoming): unknown {
  return parsed(body.toString('utf8'));
}

/** The value of a cookie that an answer sets; `null` when it sets none of that name, or one that no header can hold. */
function cookieOf({ cookies }: Incoming, name: string): string | null {
  for (const cookie of cookies) {
    const [pair = ''] = cookie.split(';');
    const value = pair.slice(name.length + 1);
    if (pair.startsWith(`${name}=`) && HEADER_TEXT.test(value) && !/[",\\]/.test(value)) return value;
  }
  return null;
}
