/**
 * The way to one Airflow. MWAA's InvokeRestApi goes first, as it needs no session and reaches a private web server from
 * wherever MWAA's endpoint is; a session at the web server is for what that does not pass on. A self-hosted Airflow has the
 * session alone. docs/airflow.md, "How the API comes in"
 */
import { Readable } from 'node:stream';
import * as z from 'zod/mini';
import type { Context } from '../../context.ts';
import type { AirflowSettings } from '../../environment-settings.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import { PAGE_OF_MANY, withRetries } from '../retry.ts';
import { unlessThrottled } from '../throttling.ts';
import type { Airflow, AirflowAnswer, AirflowRequest, AirflowVersion, EnvironmentState } from './airflow.ts';
import { detectManaged, detectSelfHosted } from './detection.ts';
import { AIRFLOW } from './exchange.ts';
import { documentOf, isSignIn } from './fault.ts';
import { accessDenied, mwaaLogin, refusalOf, selfHosted } from './logins.ts';
import { type AirflowMemory, memoryOf } from './memory.ts';
import { getEnvironment, type MwaaEnvironment } from './mwaa-api.ts';
import { MWAA, MwaaRefusal } from './mwaa-call.ts';
import { askRestApi, MAX_REST_API_PATH } from './rest-api.ts';
import type { Session } from './session.ts';
import { askWebServer, type Read, whole } from './web-server.ts';

/** The Airflow of an environment, for one request. Sessions and versions are kept for the next. */
export function airflowOf(settings: AirflowSettings, context: Context): Connection {
  return new Connection(settings, context);
}

export class Connection implements Airflow {
  readonly authentication: AirflowSettings['authentication'];
  readonly #settings: AirflowSettings;
  readonly #context: Context;
  readonly #memory: AirflowMemory;
  /** MWAA, where that is how the function comes in. */
  readonly #mwaa: (MwaaEnvironment & { session: boolean }) | null;
  #detecting: Promise<AirflowVersion> | null = null;

  constructor(settings: AirflowSettings, context: Context) {
    this.authentication = settings.authentication;
    this.#settings = settings;
    this.#context = context;
    this.#memory = memoryOf(settings);
    const { authentication, mwaa, reader } = settings;
    this.#mwaa = authentication === 'mwaa' && mwaa !== null ? { ...mwaa, reader } : null;
  }

  version(): Promise<AirflowVersion> {
    const known = this.#memory.version;
    if (known !== null) return Promise.resolve(known);
    this.#detecting ??= this.#detect().finally(() => {
      this.#detecting = null;
    });
    return this.#detecting;
  }

  send(request: AirflowRequest): Promise<AirflowAnswer> {
    return this.sent(request, whole);
  }

  /**
   * As `send`, with an answer that is read otherwise than whole where it comes by a session. By InvokeRestApi it is whole in
   * any case: 6 MB at most.
   */
  async sent<Body>(request: AirflowRequest, read: Read<Body>): Promise<AirflowAnswer<Body | Buffer>> {
    const mwaa = this.#mwaa;
    if (mwaa === null) return this.#bySession(request, read);
    const { session: hasSession } = mwaa;
    const isTooLong = request.path.length > MAX_REST_API_PATH;
    if (isTooLong || this.#memory.isRestApiRefused) {
      if (!hasSession) throw isTooLong ? pathTooLong() : accessDenied();
      return this.#bySession(request, read);
    }
    try {
      return await askRestApi(mwaa, request, this.#context);
    } catch (error) {
      if (error instanceof MwaaRefusal && error.status === 403) this.#memory.noteRefusal();
      const other = hasSession && mayGoAnotherWay(error, request);
      if (other && this.#context.deadline.remaining() > 0) return this.#bySession(request, read);
      throw error instanceof MwaaRefusal ? refusalOf(error) : error;
    }
  }

  async ask<T>(request: Omit<AirflowRequest, 'repeatable'>, schema: z.ZodMiniType<T>): Promise<T> {
    const once = async () => {
      const answer = await this.send({ ...request, repeatable: true });
      // Upgraded, perhaps, since its version was asked.
      if (answer.status === 404) this.#memory.forgetVersion();
      const parsed = z.safeParse(schema, documentOf(answer));
      if (!parsed.success) throw new UpstreamFailedError(AIRFLOW, 'invalid-answer');
      return parsed.data;
    };
    return unlessThrottled([AIRFLOW, JSON.stringify(this.#settings)], AIRFLOW, () =>
      withRetries(once, this.#context, { budget: PAGE_OF_MANY }),
    );
  }

  async environment(): Promise<EnvironmentState | null> {
    const { mwaa, reader } = this.#settings;
    if (mwaa === null) return null;
    return getEnvironment({ ...mwaa, reader }, this.#context).catch((error: unknown) => {
      throw error instanceof MwaaRefusal ? refusalOf(error) : error;
    });
  }

  /** By a session, which is renewed once where it is refused. */
  async #bySession<Body>(request: AirflowRequest, read: Read<Body>): Promise<AirflowAnswer<Body>> {
    const { session } = this.#memory;
    const { api } = await this.version();
    const webServer = { api, certificateAuthority: this.#settings.certificate_authority };
    const used = await session.get(() => this.#open());
    const answer = await askWebServer(used, webServer, request, this.#context, read);
    const isRefused =
      answer.status === 401 || isSignIn(answer) || (answer.status === 403 && api === 'v2' && session.mayBeStale(used));
    if (!isRefused) return answer;
    if (answer.body instanceof Readable) answer.body.destroy();
    // A refused request has done nothing, so it may be sent again, whatever it is.
    const renewed = await session.renew(used, () => this.#open());
    return askWebServer(renewed, webServer, request, this.#context, read);
  }

  async #open(): Promise<Session> {
    const { api } = await this.version();
    return this.#mwaa === null
      ? selfHosted(this.#settings, api, this.#context)
      : mwaaLogin(this.#mwaa, api, this.#context);
  }

  async #detect(): Promise<AirflowVersion> {
    const version = await (this.#mwaa === null
      ? detectSelfHosted(this.#settings, this.#context)
      : detectManaged(this.#mwaa, this.#memory, this.#context));
    this.#memory.keepVersion(version);
    return version;
  }
}

function pathTooLong(): UpstreamFailedError {
  return new UpstreamFailedError(MWAA, 'path-too-long', {
    advice:
      'MWAA’s InvokeRestApi takes paths of 64 characters at most. A session takes any: the operator opens that way with ' +
      '`web_server` of the environment’s `airflow`.',
  });
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
