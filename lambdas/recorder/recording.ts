/** What a route's domain gave about one environment, in the shape that the record keeps. */
import type { Context } from '../context.ts';
import type { Answer, AnyRequest, EnvironmentRequest, NamedEnvironment } from '../exchange.ts';
import type { Fault } from '../faults.ts';
import type { Figure } from '../record/figure.ts';
import type { Addend } from '../record/latest.ts';

/** One environment by one route. */
export interface Recording {
  as_of: string | null;
  complete: boolean;
  /** What the fleet shows. */
  summary: Record<string, unknown>;
  addends: Addend[];
  /** For monitoring, and for the history. */
  figures: Figure[];
  /** As the answer says. */
  source: string;
  faults: readonly Fault[];
}

/** What a route's summary is made with. */
export interface Turn {
  environment: NamedEnvironment;
  context: Context;
  /** The API's release. */
  version: string;
  /** Asks the agent of an environment in another account; left out: there are none. */
  relay?: AskAgent;
}

/** @param route its name. @throws what the route throws there; AgentUnreachableError and others */
export type AskAgent = (route: string, request: EnvironmentRequest<never, never>) => Promise<Answer<never, never>>;

/**
 * A route's domain, wherever the environment of its request is.
 *
 * @param domain answers here
 */
export function asking<Request extends EnvironmentRequest<unknown, unknown>, Body, Position>(
  { relay }: Turn,
  route: string,
  domain: (request: Request) => Promise<Answer<Body, Position>>,
): (request: Request) => Promise<Answer<Body, Position>> {
  return async (request) => {
    if (request.environment.agent === undefined || relay === undefined) return domain(request);
    return relay(route, request as never) as unknown as Promise<Answer<Body, Position>>;
  };
}

/**
 * A request as the route's domain takes it: the recorder may see what a caller without any right to clear text may see.
 *
 * @param limit rows of a page
 */
export function requestOf<Parameters, Position>(
  { environment, context, version }: Turn,
  parameters: Parameters,
  limit: number,
  position: Position | null = null,
): EnvironmentRequest<Parameters, Position> {
  const any: AnyRequest<Parameters, Position> = { parameters, limit, position, deadline: context.deadline, version };
  return { ...any, environment, other: null, clear: false, mayClear: false };
}
