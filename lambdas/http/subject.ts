/** What a request is about, once its caller is known: everything that can be refused before an upstream is asked. */

import type { NamedEnvironment, PermittedEnvironment } from '../exchange.ts';
import { InvalidParameterError, NotAcceptableError } from '../request-errors.ts';
import type { Route } from '../route.ts';
import { isMetrics, METRICS_TYPES, type MediaType, negotiate } from './accept.ts';
import type { Admitted } from './admission.ts';
import type { Binding } from './cursor.ts';
import { type Decision, decide } from './disclosure.ts';
import { chooseEnvironment, environmentNamed } from './environment.ts';
import type { HttpRequest } from './event.ts';
import { fleetOf, requireSummary } from './fleet.ts';
import { limitOf, type Query } from './query.ts';
import { reasonOf } from './reason.ts';

export interface Subject extends Decision {
  query: Query;
  /** The form of the answer. */
  media_type: MediaType;
  /** Rows of a page. */
  limit: number;
  /** `null` on routes about none. */
  environment: NamedEnvironment | null;
  /** The one that the route's `otherEnvironment` parameter names; `null` without it. */
  other: NamedEnvironment | null;
  /** The environments of an answer out of the record; `null`: the route's domain is asked. */
  fleet: readonly PermittedEnvironment[] | null;
  /** What a cursor of this request is good for. */
  binding: Binding;
  /** The header `x-reason`. */
  reason: string | null;
}

/**
 * Everything in the order in which a client would want to be told: form and limits first, then which environment, then
 * what it may see there.
 *
 * @param query the request's own, parsed by the route's schema
 * @param reasonRequired the stage wants a reason for clear text
 * @throws NotAcceptableError, InvalidParameterError, UnknownEnvironmentError, EnvironmentRequiredError, NotOfferedError,
 *   MissingScopeError, ReasonRequiredError
 */
export function subjectOf(
  route: Route,
  http: HttpRequest,
  query: Query,
  { rights }: Admitted,
  reasonRequired: boolean,
): Subject {
  const reason = reasonOf(http.header('x-reason'));
  const several = fleetOf(route, query, rights.environments);
  const media_type = several === null ? formOf(route, query, http.header('accept')) : fleetForm(http.header('accept'));
  const limit = limitOf(query, media_type);
  const figures = route.fleet !== undefined && isMetrics(media_type);
  if (several !== null && route.fleet !== undefined && !figures) requireSummary(route.fleet, query.values);
  const chosen =
    route.environment && several === null
      ? chooseEnvironment(query.environment, rights.environments, route.name)
      : null;
  const fleet = several ?? (figures && chosen !== null ? [chosen] : null);
  const environment = chosen?.environment ?? null;
  const other = otherOf(route, query, environment, rights.environments);
  const decision = decide(route, query.values, chosen?.scopes ?? [], reason, reasonRequired);
  // The page after the next is of the same environments only for whoever has the same rights.
  const about =
    several === null ? (environment?.name ?? rights.tenant) : `${query.environment ?? '*'} of ${rights.key}`;
  const binding = { route: route.name, environment: about, filters: query.filters };
  return { query, media_type, limit, environment, other, fleet, binding, reason, ...decision };
}

/** CSV where the route has a table and no parameter asks for something else. @throws NotAcceptableError */
function formOf(route: Route, query: Query, accept: string | undefined): MediaType {
  if (route.form === 'metrics') return negotiate(accept, METRICS_TYPES);
  const figures = route.fleet === undefined ? [] : METRICS_TYPES;
  if (route.csv === null) return negotiate(accept, ['application/json', ...figures]);
  const { values } = query;
  const noTable = route.csv.notWith.find((parameter) => isGiven(parameter, values)) ?? picksLeftOut(route, values);
  const { onlyWith } = route.csv;
  if (noTable === null && onlyWith !== undefined && values[onlyWith] === undefined)
    return negotiate(accept, ['application/json']);
  try {
    return negotiate(accept, ['application/json', ...(noTable === null ? (['text/csv'] as const) : []), ...figures]);
  } catch (error) {
    throw error instanceof NotAcceptableError ? new NotAcceptableError(noTable) : error;
  }
}

/** Summaries are no table. @throws NotAcceptableError */
function fleetForm(accept: string | undefined): MediaType {
  try {
    return negotiate(accept, ['application/json', ...METRICS_TYPES]);
  } catch (error) {
    throw error instanceof NotAcceptableError ? new NotAcceptableError('environment') : error;
  }
}

/** The parameter that picks fields, when it picks one that has no place in a table: CSV would drop it without a word. */
function picksLeftOut({ fields, csv }: Route, values: Query['values']): string | null {
  if (fields === undefined) return null;
  const picked = (values[fields] as readonly string[] | undefined) ?? [];
  return picked.some((field) => csv?.leftOut.includes(field)) ? fields : null;
}

/** @param parameter its name, or its name with the one value that is meant: `source=both` */
function isGiven(parameter: string, values: Query['values']): boolean {
  const [name = '', value] = parameter.split('=');
  if (value !== undefined) return values[name] === value;
  return values[name] !== undefined && values[name] !== false;
}

/** The second environment, with the same rights as the first. */
function otherOf(
  { name, otherEnvironment }: Route,
  { values }: Query,
  environment: NamedEnvironment | null,
  permitted: Admitted['rights']['environments'],
): NamedEnvironment | null {
  const other = otherEnvironment === undefined ? undefined : values[otherEnvironment];
  if (otherEnvironment === undefined || typeof other !== 'string') return null;
  if (other === environment?.name) {
    throw new InvalidParameterError([{ parameter: otherEnvironment, message: 'must be another environment' }]);
  }
  return environmentNamed(other, permitted, name).environment;
}
