/** What the gateway asks of an Airflow: the part of `lambdas/upstreams/airflow` that it needs. */
import type { Readable } from 'node:stream';

/** One call, spelled as both versions of the API spell it. */
export interface AirflowCall {
  method: 'GET' | 'POST';
  /** Percent-encoded, without `/api/v1` or `/api/v2`. */
  path: string;
  /** Of a repeated parameter all values. */
  query: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON; absent with GET. */
  body?: unknown;
  /** Whether it may be sent twice. A POST may not: nobody knows whether the first one started a run. */
  repeatable: boolean;
}

/** What Airflow said, whatever its status. */
export interface AirflowAnswer {
  status: number;
  contentType: string;
  /** Whole, or as it comes: then it is to be read or destroyed, and may break off with UpstreamFailedError or UpstreamTimeoutError. */
  body: Buffer | Readable;
}

/** One Airflow, bound to a request's deadline. */
export interface Airflow {
  /** Which of the two APIs it has. @throws as `send` */
  version(): Promise<{ api: 'v1' | 'v2' }>;
  /** @throws UpstreamTimeoutError, UpstreamThrottledError, UpstreamFailedError where there is no answer of Airflow's own */
  send(call: AirflowCall): Promise<AirflowAnswer>;
}
