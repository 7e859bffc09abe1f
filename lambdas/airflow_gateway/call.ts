/** A call to the gateway and what goes back, without a word of API Gateway. */
import type { Readable } from 'node:stream';
import type { Trace } from '../trace.ts';
import type { Caller } from './caller.ts';

/** A call as the event has it. */
export interface GatewayRequest {
  /** API Gateway's. */
  id: string;
  /** Its place in a trace: the client's, or API Gateway's. */
  trace: Trace;
  method: string;
  /** As the client sent it, for a problem's `instance`. */
  path: string;
  environment: string;
  /** What follows the environment, with its slash. */
  rest: string;
  query: readonly (readonly [name: string, value: string])[];
  body: string;
  /** @throws InvalidTokenError */
  caller(): Caller;
}

/** What goes back. Of Airflow's headers only the content type: a cookie of its session is nobody's business. */
export interface GatewayResponse {
  status: number;
  headers: Record<string, string>;
  /** Whole, or as Airflow sends it. */
  body: Buffer | Readable;
}

/**
 * Hands a response on, its last byte included.
 *
 * @returns bytes of its body
 * @throws what the body broke off with, or the end of the time that there was for it
 */
export type Reply = (response: GatewayResponse) => Promise<number>;
