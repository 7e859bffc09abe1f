/** The query string against a route's schema: unknown, repeated, malformed or out of range is refused by name. */
import * as z from 'zod/mini';
import { InvalidParameterError, type ParameterFault } from '../errors.ts';
import { BUDGET_PARAMETER, ENVIRONMENT_PARAMETER, PAGE_PARAMETERS } from '../parameters.ts';
import type { Route } from '../route.ts';
import type { MediaType } from './accept.ts';

export interface Query {
  /** Everything that was parsed, by name. */
  values: Readonly<Record<string, unknown>>;
  environment: string | null;
  limit: number | null;
  cursor: string | null;
  budget_s: number | null;
  /** What a cursor is bound to: every parameter but those that may change from page to page. */
  filters: readonly (readonly [string, string])[];
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = { 'application/json': 1_000, 'text/csv': 10_000 };

/** These may differ between a page and the next. */
const NOT_A_FILTER = new Set(['environment', 'limit', 'cursor', 'budget_s']);

/** Parses query strings for `route`. The schema is built once, at start. */
export function queryParser(route: Route): (query: string) => Query {
  const shape: Record<string, z.ZodMiniType> = {
    ...(route.environment ? { ...ENVIRONMENT_PARAMETER, ...BUDGET_PARAMETER } : {}),
    ...(route.rows === null ? {} : PAGE_PARAMETERS),
    ...route.parameters,
  };
  const schema = z.object(shape);
  return (query) => {
    const texts = pairs(query, shape);
    const parsed = z.safeParse(schema, Object.fromEntries(texts));
    if (!parsed.success) {
      throw new InvalidParameterError(
        parsed.error.issues.map((issue) => ({ parameter: String(issue.path[0]), message: issue.message })),
      );
    }
    const values = parsed.data as Record<string, unknown>;
    return {
      values,
      environment: (values['environment'] as string | undefined) ?? null,
      limit: (values['limit'] as number | undefined) ?? null,
      cursor: (values['cursor'] as string | undefined) ?? null,
      budget_s: (values['budget_s'] as number | undefined) ?? null,
      filters: [...texts].filter(([name]) => !NOT_A_FILTER.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
    };
  };
}

/** Rows of a page: 100 unless told. @throws InvalidParameterError past the most that the form allows */
export function limitOf(query: Query, mediaType: MediaType): number {
  const most = MAX_LIMIT[mediaType];
  if (query.limit !== null && query.limit > most) {
    throw new InvalidParameterError([{ parameter: 'limit', message: `must be a whole number from 1 to ${most}` }]);
  }
  return query.limit ?? DEFAULT_LIMIT;
}

function pairs(query: string, shape: Record<string, unknown>): Map<string, string> {
  const texts = new Map<string, string>();
  const faults: ParameterFault[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? '' : decode(part.slice(equals + 1));
    // An unknown name is echoed cut and as JSON text only, so that it cannot be taken for anything else.
    if (name === null || !Object.hasOwn(shape, name)) {
      faults.push({ parameter: (name ?? '?').slice(0, 50), message: 'is not a parameter of this route' });
    } else if (value === null) {
      faults.push({ parameter: name, message: 'must be percent-encoded UTF-8' });
    } else if (texts.has(name)) {
      faults.push({ parameter: name, message: 'must be given once' });
    } else {
      texts.set(name, value);
    }
  }
  if (faults.length > 0) throw new InvalidParameterError(faults.slice(0, 20));
  return texts;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
