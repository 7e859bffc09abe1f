/**
 * The way to one Airflow. MWAA's InvokeRestApi goes first, as it needs no session and reaches a private web server from
 * wherever MWAA's endpoint is; a session at the web server is for what that does not pass on. A self-hosted Airflow has the
 * session alone. docs/airflow.md, "How the API comes in"
 */
import * as z from 'zod/mini';
import { BoundedCache } from '../../bounded-cache.ts';
import type { Context } from '../../context.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../errors.ts';
import type { AirflowSettings } from '../../settings.ts';
import { traceparentOf } from '../../trace.ts';
import { PAGE_OF_MANY, withRetries } from '../retry.ts';
import { unlessThrottled } from '../throttling.ts';
import type {
  Airflow,
  AirflowAnswer,
  AirflowRequest,
  AirflowVersion,
  ApiVersion,
  EnvironmentState,
} from './airflow.ts';
import { AIRFLOW, exchange, MAX_CALL_MS } from './exchange.ts';
import { documentOf, isSignIn } from './fault.ts';
import { mwaaLogin, refusalOf, selfHosted } from './logins.ts';
import { getEnvironment, invokeRestApi, type MwaaEnvironment, MwaaRefusal } from './mwaa-api.ts';
import { type Session, SharedSession } from './session.ts';
import { versionOf } from './version.ts';

/** Of InvokeRestApi (Amazon MWAA API Reference, "InvokeRestApi", `Path`). */
const MAX_REST_API_PATH = 64;
/** MWAA answers InvokeRestApi within 10 s or not at all (MWAA user guide, "Using the Apache Airflow REST API"). */
const MAX_REST_API_MS = MAX_CALL_MS + 500;
/** How long a refusal by IAM is remembered before InvokeRestApi is tried again. */
const REFUSED_MS = 10 * 60_000;
/** An Airflow that is upgraded from 2 to 3 is found out after so long, or at its first 404. */
const VERSION_MS = 10 * 60_000;
/** The configuration has no more environments than this. */
const MAX_AIRFLOWS = 1_000;

/** What a warm function knows of one Airflow. */
interface Memory {
  session: SharedSession;
  version: { known: AirflowVersion; until: number } | null;
  /** Until when InvokeRestApi is not tried, milliseconds since the epoch. */
  refusedUntil: number;
}

let warm = new BoundedCache<Memory>(MAX_AIRFLOWS);

/** What a cold function knows of Airflows: nothing. */
export function forgetAirflows(): void {
  warm = new BoundedCache(MAX_AIRFLOWS);
}

/** The Airflow of an environment, for one request. Sessions and versions are kept for the next. */
export function airflowOf(settings: AirflowSettings, context: Context): Airflow {
  return new Connection(settings, context);
}

class Connection implements Airflow {
  readonly authentication: AirflowSettings['authentication'];
  readonly #settings: AirflowSettings;
  readonly #context: Context;
  readonly #memory: Memory;
  #detecting: Promise<AirflowVersion> | null = null;

  constructor(settings: AirflowSettings, context: Context) {
    this.authentication = settings.authentication;
    this.#settings = settings;
    this.#context = context;
    const key = JSON.stringify(settings);
    this.#memory = warm.get(key) ?? { session: new SharedSession(), version: null, refusedUntil: 0 };
    warm.set(key, this.#memory);
  }

  version(): Promise<AirflowVersion> {
    const known = this.#memory.version;
    if (known !== null && known.until > Date.now()) return Promise.resolve(known.known);
    this.#detecting ??= this.#detect().finally(() => {
      this.#detecting = null;
    });
    return this.#detecting;
  }

  async send(request: AirflowRequest): Promise<AirflowAnswer> {
    const mwaa = this.#mwaa();
    if (mwaa === null) return this.#bySession(request);
    const { session: hasSession } = mwaa;
    if (request.path.length > MAX_REST_API_PATH || this.#memory.refusedUntil > Date.now()) {
      if (!hasSession) throw new UpstreamFailedError('mwaa', 'access-denied');
      return this.#bySession(request);
    }
    try {
      return await this.#byRestApi(mwaa, request);
    } catch (error) {
      if (error instanceof MwaaRefusal && error.status === 403) this.#memory.refusedUntil = Date.now() + REFUSED_MS;
      const other = hasSession && mayGoAnotherWay(error, request);
      if (other && this.#context.deadline.remaining() > 0) return this.#bySession(request);
      throw error instanceof MwaaRefusal ? refusalOf(error) : error;
    }
  }

  async ask<T>(request: Omit<AirflowRequest, 'repeatable'>, schema: z.ZodMiniType<T>): Promise<T> {
    const once = async () => {
      const answer = await this.send({ ...request, repeatable: true });
      // Upgraded, perhaps, since its version was asked.
      if (answer.status === 404) this.#memory.version = null;
      const parsed = z.safeParse(schema, documentOf(answer));
      if (!parsed.success) throw new UpstreamFailedError(AIRFLOW, 'invalid-answer');
      return parsed.data;
    };
    return unlessThrottled([AIRFLOW, JSON.stringify(this.#settings)], AIRFLOW, () =>
      withRetries(once, this.#context, { budget: PAGE_OF_MANY }),
    );
  }

  async environment(): Promise<EnvironmentState | null> {
    const { mwaa } = this.#settings;
    if (mwaa === null) return null;
    return getEnvironment(mwaa, this.#context).catch((error: unknown) => {
      throw error instanceof MwaaRefusal ? refusalOf(error) : error;
    });
  }

  /** MWAA, where that is how the function comes in. */
  #mwaa(): (MwaaEnvironment & { session: boolean }) | null {
    return this.authentication === 'mwaa' ? this.#settings.mwaa : null;
  }

  async #byRestApi(at: MwaaEnvironment, { method, path, query = {}, body, repeatable }: AirflowRequest) {
    const question = { method, path, query, body, repeatable };
    const { status, body: document } = await invokeRestApi(at, question, this.#context, MAX_REST_API_MS);
    return { status, contentType: 'application/json', body: document };
  }

  /** By a session, which is renewed once where it is refused. */
  async #bySession(request: AirflowRequest): Promise<AirflowAnswer> {
    const { session } = this.#memory;
    const { api } = await this.version();
    const used = await session.get(() => this.#open());
    const answer = await this.#overHttps(used, api, request);
    const isRefused =
      answer.status === 401 || isSignIn(answer) || (answer.status === 403 && api === 'v2' && session.mayBeStale(used));
    if (!isRefused) return answer;
    // A refused request has done nothing, so it may be sent again, whatever it is.
    return this.#overHttps(await session.renew(used, () => this.#open()), api, request);
  }

  #overHttps(
    { address, headers }: Session,
    api: ApiVersion,
    { method, path, query = {}, body, repeatable }: AirflowRequest,
  ): Promise<AirflowAnswer> {
    const pairs = Object.entries(query).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
    const search = new URLSearchParams(pairs).toString();
    return this.#exchanged(`${address}/api/${api}${path}${search === '' ? '' : `?${search}`}`, {
      method,
      headers,
      body,
      repeatable,
    });
  }

  async #exchanged(
    url: string,
    {
      method,
      headers,
      body,
      repeatable,
    }: Pick<AirflowRequest, 'method' | 'body' | 'repeatable'> & Pick<Session, 'headers'>,
  ): Promise<AirflowAnswer> {
    const { origin } = this.#context;
    const outgoing = {
      method,
      url: new URL(url),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(origin !== undefined && { traceparent: traceparentOf(origin.trace) }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      certificateAuthority: this.#settings.certificate_authority,
      repeatable,
    };
    const answer = await this.#context.timing.of(AIRFLOW, () => exchange(outgoing, this.#context));
    return { status: answer.status, contentType: answer.headers['content-type'] ?? '', body: answer.body };
  }

  async #open(): Promise<Session> {
    const { api } = await this.version();
    const mwaa = this.#mwaa();
    return mwaa === null ? selfHosted(this.#settings, api, this.#context) : mwaaLogin(mwaa, api, this.#context);
  }

  async #detect(): Promise<AirflowVersion> {
    const known = await (this.#mwaa() === null ? this.#detectSelfHosted() : this.#detectMwaa());
    this.#memory.version = { known, until: Date.now() + VERSION_MS };
    return known;
  }

  /** Both have `/version`, and MWAA adds the API's own prefix. Where it may not be asked, MWAA itself knows the version. */
  async #detectMwaa(): Promise<AirflowVersion> {
    const mwaa = this.#mwaa();
    if (mwaa === null) throw new Error('not of MWAA');
    if (this.#memory.refusedUntil <= Date.now()) {
      const once = () => this.#byRestApi(mwaa, { method: 'GET', path: '/version', repeatable: true });
      const answer = await withRetries(once, this.#context).catch((error: unknown) => {
        if (!(error instanceof MwaaRefusal)) throw error;
        if (error.status === 403) this.#memory.refusedUntil = Date.now() + REFUSED_MS;
        if (!mwaa.session) throw refusalOf(error);
        return null;
      });
      if (answer !== null) return versionOf(documentOf(answer));
    }
    const state = await this.environment();
    return versionOf({ version: state?.version });
  }

  /** `/version` needs no login in either; a server that wants one all the same has the path that it refuses. */
  async #detectSelfHosted(): Promise<AirflowVersion> {
    const address = (this.#settings.base_url ?? '').replace(/\/+$/, '');
    for (const api of ['v2', 'v1'] as const) {
      const question = { method: 'GET', headers: {}, body: undefined, repeatable: true } as const;
      const answer = await withRetries(() => this.#exchanged(`${address}/api/${api}/version`, question), this.#context);
      if (answer.status === 404) continue;
      if (answer.status === 401 || answer.status === 403) {
        // Asked again with the way in that this API takes.
        const session = await selfHosted(this.#settings, api, this.#context);
        const again = await this.#overHttps(session, api, { method: 'GET', path: '/version', repeatable: true });
        if (again.status === 404) continue;
        return versionOf(documentOf(again));
      }
      return versionOf(documentOf(answer));
    }
    throw new UpstreamFailedError(AIRFLOW, 'unsupported-version');
  }
}

/**
 * What InvokeRestApi did not pass on and a session may: no right to it, an environment too old for it, an answer over 6 MB
 * or 10 s. What changes something is not sent again once it may have arrived.
 */
function mayGoAnotherWay(error: unknown, { repeatable }: AirflowRequest): boolean {
  if (error instanceof MwaaRefusal) {
    const notPassedOn = error.status === 403 || /Validation/.test(error.error);
    return notPassedOn || (repeatable && error.status !== 404);
  }
  return repeatable && error instanceof UpstreamTimeoutError;
}
