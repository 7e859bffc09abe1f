/**
 * What a route is asked in another account. It holds no right: those are in the token beside it and in the agent's own
 * entries. Parameters travel as the query string that they are parsed from again, by the same schema, so that an agent
 * takes nothing for checked that the Regional API may or may not have checked.
 */
import * as z from 'zod/mini';
import type { KeyObject, VersionedKey } from '../keys/object.ts';
import { MAX_LIMIT } from '../parameters.ts';
import type { Route } from '../route.ts';

const versionedKey = z.strictObject({
  version: z.string().check(z.maxLength(12)),
  key: z.string().check(z.maxLength(64)),
  created: z.string().check(z.maxLength(40)),
});

const question = z.strictObject({
  /** Name of the route. */
  route: z.string().check(z.maxLength(64)),
  environment: z.string().check(z.maxLength(128)),
  /** The route's own parameters, as a query string. */
  query: z.string().check(z.maxLength(10_240)),
  limit: z.int().check(z.gte(1), z.lte(MAX_LIMIT['text/csv'])),
  /** Where the caller's cursor stands, verified by the Regional API, which signed it; `null` on the first page. */
  position: z.unknown(),
  /** The header `x-reason`, for the agent's own audit line. */
  reason: z.nullable(z.string().check(z.maxLength(200))),
  /** The Regional API's request id, by which the log lines of both accounts are found. */
  request_id: z.string().check(z.maxLength(128)),
  /** W3C Trace Context of the request; one that is malformed is as none (`trace.ts`). */
  traceparent: z.optional(z.string().check(z.maxLength(64))),
  /** Keys of hashes that must be the same in all accounts, for routes that make such; held in memory only. */
  keys: z.optional(z.strictObject({ fingerprint: versionedKey, identity: versionedKey })),
});

export type Question = z.output<typeof question>;

/** @throws Error for anything that is no question */
export function parseQuestion(value: unknown): Question {
  const parsed = question.safeParse(value);
  if (!parsed.success) throw new Error('not a question');
  return parsed.data;
}

/** The keys that an agent needs, and no more of them: cursors are signed and read in the Regional API alone. */
export function questionKeys({
  fingerprint,
  identity,
}: Pick<KeyObject, 'fingerprint' | 'identity'>): NonNullable<Question['keys']> {
  return {
    fingerprint: only(fingerprint),
    identity: only(identity),
  };
}

function only({ version, key, created }: VersionedKey): VersionedKey {
  return { version, key, created };
}

/**
 * Parsed parameters as a query string again.
 *
 * @example queryOf(users, { clear: true, fields: ['id', 'name'] }) // 'clear=true&fields=id%2Cname'
 * @param values by name; those that are not the route's own (environment, cursor …) are left out
 */
export function queryOf({ parameters }: Pick<Route, 'parameters'>, values: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .filter(([name]) => values[name] !== undefined && name !== 'days')
    .map(
      ([name, schema]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(z.encode(schema, values[name])))}`,
    )
    .join('&');
}
