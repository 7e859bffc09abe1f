/**
 * In place of a route's domain, for an environment whose account has an agent: the request goes out over the broker and the
 * answer comes in. Loaded when the first such request comes.
 */
import type { Context } from '../context.ts';
import type { EnvironmentRequest } from '../exchange.ts';
import { InvalidParameterError } from '../request-errors.ts';
import type { Route } from '../route.ts';
import { traceparentOf } from '../trace.ts';
import { AgentUnreachableError } from '../upstream-errors.ts';
import type { Asker } from './asker.ts';
import { queryOf } from './question.ts';
import type { HashKeys } from './rekeyed.ts';
import { type AnyAnswer, unpack } from './reply.ts';

export type RelayedRequest = EnvironmentRequest<Readonly<Record<string, unknown>>, unknown>;

/** What an agent is told of who asks; the token holds the rest. */
export interface OnBehalf {
  /** The Regional API's request id. */
  request_id: string;
  /** The header `x-reason`. */
  reason: string | null;
  /** An internal token for this agent, on the caller's behalf. */
  token: string;
}

/** What the relay needs; made at the edge. */
export interface RelayParts {
  /** The asker over a connection that lives. @throws anything when there is none to be had: nobody can be asked then */
  asker(agent: string, context: Context): Promise<Asker>;
  /** The API's own keys. @throws KeysUnavailableError */
  keys(): Promise<HashKeys>;
}

/**
 * Asks the agent of the request's environment.
 *
 * @throws AgentUnreachableError; RelayedProblemError with what the route threw there; UpstreamThrottledError,
 *   UpstreamTimeoutError, UpstreamFailedError `invalid-answer` with the agent's name; InvalidParameterError for a second
 *   environment that is not in the same account
 */
export async function relayed(
  route: Route,
  agent: string,
  request: RelayedRequest,
  behalf: OnBehalf,
  parts: RelayParts,
  context: Context,
): Promise<AnyAnswer> {
  const { environment, other, parameters, limit, position } = request;
  if (other !== null && other.agent !== agent) {
    const message = 'must be served from the same account as environment';
    throw new InvalidParameterError([{ parameter: route.otherEnvironment ?? 'environment', message }]);
  }
  const question = {
    route: route.name,
    environment: environment.name,
    query: queryOf(route, parameters),
    limit,
    position,
    reason: behalf.reason,
    request_id: behalf.request_id,
    ...(context.origin !== undefined && { traceparent: traceparentOf(context.origin.trace) }),
  };
  const keyed = route.keyed === undefined ? null : { fields: route.keyed, keys: await parts.keys() };
  const packed = await context.timing.of('agent', async () => {
    const asker = await parts.asker(agent, context).catch((cause: unknown) => {
      throw new AgentUnreachableError(agent, { cause });
    });
    return asker.ask(agent, { token: behalf.token, question }, context.deadline);
  });
  return unpack(packed, { route, agent, environment: environment.name, keyed }, (upstream, ms) =>
    context.timing.note(upstream, ms),
  );
}
