/** The query string against a route's schema: unknown, repeated, malformed or out of range is refused by name. */
import * as z from 'zod/mini';
import { nearNames } from '../near-names.ts';
import { LIMIT_BOUNDS, MAX_LIMIT, parametersOf, REPEATABLE } from '../parameters.ts';
import { InvalidParameterError, type ParameterFault } from '../request-errors.ts';
import type { Route } from '../route.ts';
import type { MediaType } from './accept.ts';

export interface Query {
  /** Everything that was parsed, by name. */
  values: Readonly<Record<string, unknown>>;
  environment: string | null;
  /** Labels that several environments are narrowed by; empty without any. */
  labels: readonly string[];
  limit: number | null;
  cursor: string | null;
  budget_s: number | null;
  /** What a cursor is bound to: every parameter but those that may change from page to page. */
  filters: readonly (readonly [string, string])[];
}

const DEFAULT_LIMIT = 100;
/** Faults that an answer lists: a client that sends 500 wrong parameters learns enough from the first. */
const MAX_FAULTS = 20;
/** Characters of an unknown name that are echoed, as JSON text only, so that it cannot be taken for anything else. */
const MAX_ECHO = 50;

/** These may differ between a page and the next. */
const NOT_A_FILTER = new Set(['environment', 'limit', 'cursor', 'budget_s']);

/**
 * Parses query strings for `route`; throws an InvalidParameterError that lists all faults of a query at once. The
 * schema is built once, at start.
 */
export function queryParser(route: Pick<Route, 'environment' | 'rows' | 'parameters'>): (query: string) => Query {
  const shape = parametersOf(route);
  const schema = z.object(shape);
  return (query) => {
    const { texts, faults } = pairs(query, Object.keys(shape));
    const parsed = z.safeParse(schema, Object.fromEntries(texts));
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) faults.push({ parameter: String(path[0]), message });
    }
    if (faults.length > 0) throw new InvalidParameterError(once(faults).slice(0, MAX_FAULTS));
    const values = parsed.data as Record<string, unknown>;
    return {
      values,
      environment: (values['environment'] as string | undefined) ?? null,
      labels: (values['label'] as readonly string[] | undefined) ?? [],
      limit: (values['limit'] as number | undefined) ?? null,
      cursor: (values['cursor'] as string | undefined) ?? null,
      budget_s: (values['budget_s'] as number | undefined) ?? null,
      filters: [...texts].filter(([name]) => !NOT_A_FILTER.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
    };
  };
}

/**
 * Rows of a page: 100 unless told.
 *
 * @throws InvalidParameterError past the most that the form allows
 */
export function limitOf(query: Query, mediaType: MediaType): number {
  const most = MAX_LIMIT[mediaType === 'text/csv' ? mediaType : 'application/json'];
  if (query.limit !== null && query.limit > most) {
    throw new InvalidParameterError([{ parameter: 'limit', message: LIMIT_BOUNDS }]);
  }
  return query.limit ?? DEFAULT_LIMIT;
}

/**
 * Name and value of each known parameter, decoded; what is wrong with a pair itself is a fault. Taken apart here, as the
 * gateway joins repeated parameters with a comma, which a list has too.
 */
function pairs(query: string, known: readonly string[]): { texts: Map<string, string>; faults: ParameterFault[] } {
  const texts = new Map<string, string>();
  const faults: ParameterFault[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decoded(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? '' : decoded(part.slice(equals + 1));
    if (name === null || !known.includes(name)) {
      if (faults.length < MAX_FAULTS) faults.push(unknownParameter(name, known));
    } else if (value === null) {
      faults.push({ parameter: name, message: 'must be percent-encoded UTF-8' });
    } else if (texts.has(name) && REPEATABLE.has(name)) {
      texts.set(name, `${texts.get(name)},${value}`);
    } else if (texts.has(name)) {
      faults.push({ parameter: name, message: 'must be given once' });
    } else {
      texts.set(name, value);
    }
  }
  return { texts, faults };
}

/** @param name `null`: not percent-encoded UTF-8 */
function unknownParameter(name: string | null, known: readonly string[]): ParameterFault {
  const near = name === null ? [] : nearNames(name, known);
  const hint = near.length === 0 ? '' : ` (did you mean ${near.join(' or ')}?)`;
  return { parameter: (name ?? '?').slice(0, MAX_ECHO), message: `is not a parameter of this route${hint}` };
}

/** Two checks of one value may say the same. */
function once(faults: readonly ParameterFault[]): ParameterFault[] {
  return [...new Map(faults.map((fault) => [`${fault.parameter} ${fault.message}`, fault])).values()];
}

/** A name or value of a query string as text; `null` when it is not percent-encoded UTF-8. */
export function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
