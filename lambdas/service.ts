/**
 * What of a route can be served in more than one place: by a function of its own, and by an agent in another account
 * (`agent/`), with the same domain and the same upstreams.
 */
import type { Context } from './context.ts';
import type { Answer } from './exchange.ts';
import type { KeyObject } from './keys/object.ts';
import type { Settings } from './settings.ts';

/** One route about environments, ready to be served. */
export interface Service<Request, Body, Position, Upstreams> {
  /** Answers a request; plain data in and out. */
  domain(request: Request, upstreams: Upstreams): Promise<Answer<Body, Position>>;
  /**
   * The upstreams of one request, bound to its deadline; clients that stay warm live in the modules of the upstreams.
   *
   * @param keys reads the API's own signing keys. @throws KeysUnavailableError
   */
  upstreams(context: Context, settings: Settings, keys: () => Promise<KeyObject>): Upstreams;
  /**
   * As `domain`, with the present from elsewhere: an agent knows no past, which is in the record of the stage. Left out:
   * the route has none.
   */
  past?: Past<Request, Body, Position, Upstreams>;
}

/** @param present answers for the environment as it is now */
export type Past<Request, Body, Position, Upstreams> = (
  request: Request,
  upstreams: Upstreams,
  present: (request: Request) => Promise<Answer<Body, Position>>,
) => Promise<Answer<Body, Position>>;

/** A service as it is declared, its types taken from its parts. */
export function serviceOf<Request, Body, Position, Upstreams>(
  service: Service<Request, Body, Position, Upstreams>,
): Service<Request, Body, Position, Upstreams> {
  return service;
}
