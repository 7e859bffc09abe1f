/** What a pipeline is put together from: a route with its domain, and what the stage's options add to it. */
import type { Context } from '../context.ts';
import type { Answer, EnvironmentRequest, FleetRequest, NamedEnvironment } from '../exchange.ts';
import type { KeyObject } from '../keys/object.ts';
import type { Route } from '../route.ts';
import type { Settings } from '../settings.ts';
import type { Admission } from './admission.ts';
import type { Errand } from './errand.ts';
import type { HttpRequest, HttpResponse } from './event.ts';

export type AnyAnswer = Answer<Record<string, unknown>, unknown>;
export type AnyDomain = (request: never, upstreams: unknown) => Promise<AnyAnswer>;

/**
 * The upstreams of one request. `keys` gives the keys of whose its environment is, or the environment that it is told, or the
 * API's own; it throws KeysUnavailableError.
 */
export type MakeUpstreams = (context: Context, keys: (of?: NamedEnvironment) => Promise<KeyObject>) => unknown;

/** Answers in place of the domain for an environment that an agent serves from another account. */
export type RelayDomain = (
  request: EnvironmentRequest<unknown, unknown>,
  errand: Errand,
  upstreams: unknown,
  context: Context,
) => Promise<AnyAnswer>;

/** Answers a request about several environments out of the record. */
export type FleetDomain = (request: FleetRequest, context: Context) => Promise<AnyAnswer>;

/** Proves answers: `prepare` fetches what `sign` needs. Its errors are those of `AnswerSigner`. */
export interface Signer {
  prepare(context: Context): Promise<void>;
  /** @param caller SPIFFE ID of whom the answer is for */
  sign(response: HttpResponse, http: HttpRequest, caller: string, context: Context): Promise<HttpResponse>;
}

export interface PipelineOptions {
  route: Route;
  domain: AnyDomain;
  upstreams: MakeUpstreams;
  settings: Settings;
  admission: Admission;
  /** `null` for a route that is about one environment only. */
  fleet: FleetDomain | null;
  /** `null` in a stage that signs no answer. */
  signer: Signer | null;
  /** `null` where no agent serves an environment. */
  relay: RelayDomain | null;
}
