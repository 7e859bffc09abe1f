/** What the domain may ask an Airflow, and what it gets: the port, without a word of how it is reached. */
import type * as z from 'zod/mini';
import type { ApiVersion } from './logins.ts';
import type { EnvironmentState } from './mwaa-api.ts';

export type { ApiVersion, EnvironmentState };

/** A request to Airflow's REST API. */
export interface AirflowRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/v1` or `/api/v2`, percent-encoded, beginning with a slash: `/dags/~/dagRuns/list`. */
  path: string;
  /** Of a repeated parameter all values. */
  query?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Whether doing it twice does no more than once. A run that is triggered is not: it is sent once, come what may. */
  repeatable: boolean;
}

/** Airflow's answer, whatever its status: read whole, or with a body that is still to come. */
export interface AirflowAnswer<Body = Buffer> {
  status: number;
  /** As Airflow says it; of MWAA's API always `application/json`. */
  contentType: string;
  body: Body;
}

/** Which Airflow it is. */
export interface AirflowVersion {
  /** As Airflow says it: `2.11.2`. */
  version: string;
  api: ApiVersion;
}

/** One Airflow, for the length of one request to us. */
export interface Airflow {
  readonly authentication: 'token' | 'basic' | 'mwaa';
  /** @throws UpstreamFailedError `unsupported-version` for one that is neither 2 nor 3; as {@link Airflow.send} */
  version(): Promise<AirflowVersion>;
  /**
   * Sends a request and gives the answer as it is, Airflow's errors included.
   *
   * @throws UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError
   */
  send(request: AirflowRequest): Promise<AirflowAnswer>;
  /**
   * Asks something that changes nothing, again after what waiting cures, and gives the answer as the schema reads it.
   *
   * @throws UpstreamFailedError `sign-in-page`, `redirected`, `login-refused`, `access-denied`, `not-found`, `refused`,
   *   `failed`, `invalid-answer`; as {@link Airflow.send}
   */
  ask<T>(request: Omit<AirflowRequest, 'repeatable'>, schema: z.ZodMiniType<T>): Promise<T>;
  /** What MWAA says of the environment; `null` for one that MWAA does not look after. @throws as {@link Airflow.send} */
  environment(): Promise<EnvironmentState | null>;
}
