/**
 * A request as it comes over the broker: the token is verified, the agent's own entries are applied, the parameters are
 * parsed anew. What is decided here does not rest on anything that the Regional API may have decided.
 */

import type { Context } from '../lambdas/context.ts';
import { ALL_SCOPES, type Scope } from '../lambdas/contract.ts';
import type { NamedEnvironment } from '../lambdas/exchange.ts';
import { type Decision, decide } from '../lambdas/http/disclosure.ts';
import { type Query, queryParser } from '../lambdas/http/query.ts';
import { type Grants, rightsOf } from '../lambdas/http/rights.ts';
import type { Question } from '../lambdas/relay/question.ts';
import { InvalidParameterError, NotOfferedError } from '../lambdas/request-errors.ts';
import { UpstreamFailedError } from '../lambdas/upstream-errors.ts';
import type { Served } from './services.ts';
import type { AgentSettings } from './settings.ts';

/** What a token proves, as the verifier of internal tokens gives it. */
export interface Proof {
  /** SPIFFE ID of the caller. */
  subject: string;
  /** SPIFFE ID of the function that asks. */
  actor: string;
  scopes: ReadonlySet<string>;
}

/** A request that may be served. */
export interface AdmittedRequest extends Decision {
  query: Query;
  environment: NamedEnvironment;
  other: NamedEnvironment | null;
}

/** The name under which the agent's entries are looked up: there is one Regional API. */
const ENTRY = (index: number) => `entry-${index}`;

/**
 * What is asked for, as far as token and entries both allow it.
 *
 * @throws UpstreamFailedError `agent-refuses` for an environment that the entries do not open; NotOfferedError;
 *   InvalidParameterError, MissingScopeError
 */
export function admit(question: Question, { route }: Served, proof: Proof, settings: AgentSettings): AdmittedRequest {
  const slice = settings.routes[route.name];
  if (slice === undefined) throw new NotOfferedError();
  const { allow } = settings;
  const grants: Grants = {
    environments: slice.environments,
    callers: { clients: {}, groups: Object.fromEntries(allow.map((entry, index) => [ENTRY(index), entry])) },
  };
  const bearer = {
    kind: 'person' as const,
    name: proof.subject,
    groups: allow.map((_, index) => ENTRY(index)),
    provider: null,
    scopes: new Set(ALL_SCOPES.filter((scope) => proof.scopes.has(scope))),
  };
  const { environments } = rightsOf(bearer, route.scopes ?? [], grants);
  const named = (name: string): { environment: NamedEnvironment; scopes: readonly Scope[] } => {
    const permitted = environments.find(({ environment }) => environment.name === name);
    if (permitted === undefined) throw new UpstreamFailedError(settings.name, 'agent-refuses');
    if (!permitted.environment.offers.includes(route.name)) throw new NotOfferedError();
    return permitted;
  };
  const { environment, scopes } = named(question.environment);
  const query = queryParser(route)(question.query);
  const other = route.otherEnvironment === undefined ? undefined : query.values[route.otherEnvironment];
  const decision = decide(route, query.values, scopes, question.reason, slice.limits.reason_required);
  if (query.environment !== null || query.cursor !== null) {
    throw new InvalidParameterError([{ parameter: 'environment', message: 'is not asked for here' }]);
  }
  return { query, environment, other: typeof other === 'string' ? named(other).environment : null, ...decision };
}

/** The request's context: what is left of the budget, less what the way back takes. */
export function serving(context: Context, request: AdmittedRequest, question: Question, version: string) {
  const { query, environment, other, clear, mayClear } = request;
  return {
    parameters: query.values,
    limit: question.limit,
    position: question.position,
    deadline: context.deadline,
    version,
    environment,
    other,
    clear,
    mayClear,
  };
}
