/**
 * What a route is asked in another account. It holds no right: those are in the token beside it and in the agent's own
 * entries. Parameters travel as the query string that they are parsed from again, by the same schema, so that an agent
 * takes nothing for checked that the Regional API may or may not have checked.
 */
import * as z from 'zod/mini';
import { MAX_LIMIT } from '../parameters.ts';
import type { Route } from '../route.ts';

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
});

export type Question = z.output<typeof question>;

/** @throws Error for anything that is no question */
export function parseQuestion(value: unknown): Question {
  const parsed = question.safeParse(value);
  if (!parsed.success) throw new Error('not a question');
  return parsed.data;
}

/**
 * Parsed parameters as a query string again.
 *
 * @example queryOf(users, { clear: true, fields: ['id', 'name'] }) // 'clear=true&fields=id%2Cname'
 * @param values by name; those that are not the route's own (environment, cursor …) are left out
 */
export function queryOf(
  { parameters, record }: Pick<Route, 'parameters' | 'record'>,
  values: Readonly<Record<string, unknown>>,
): string {
  // Days of the record are told here; of CloudWatch's metrics, which no record has, by the agent.
  const isPast = (name: string) => name === 'days' && record?.history === true;
  return Object.entries(parameters)
    .filter(([name]) => values[name] !== undefined && !isPast(name))
    .map(
      ([name, schema]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(z.encode(schema, values[name])))}`,
    )
    .join('&');
}
