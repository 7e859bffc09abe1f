/** A route as a tool: its name, what it takes, and what of that is asked of the API. */
import type { JsonSchemaType } from '@modelcontextprotocol/server';
import type { Query } from '../api.ts';
import { type Parameter, type Route, takes } from '../routes.ts';

/** Rows of a result where none are asked for. */
export const DEFAULT_ROWS = 20;
/** Rows of a result at most; `MAX_RESULT` may leave fewer. */
export const MAX_ROWS = 100;
/** Start of a UTC day, as a day or as a time. */
const WHOLE_DAY = /^\d{4}-\d{2}-\d{2}(T00:00:00(\.0{1,3})?Z)?$/;

/** The words that go with a route's own. */
export function toolDescription(route: Route): string {
  return [
    route.summary,
    ...(takes(route, 'summary') ? ['Gives totals unless summary=false asks for rows.'] : []),
    ...(route.rows === null ? [] : ['A next_cursor that is not null is the cursor of the next page.']),
    ...(route.discloses === null ? [] : ['Personal data and secrets are masked; nothing shows them in clear.']),
  ].join(' ');
}

/** JSON Schema of what the tool takes: the route's parameters with their words, but for what asks for clear text. */
export function toolInput(route: Route): JsonSchemaType {
  const offered = route.parameters.filter(({ name }) => name !== route.discloses);
  return {
    type: 'object',
    properties: Object.fromEntries(offered.map((parameter) => [parameter.name, propertyOf(parameter, route)])),
    additionalProperties: false,
  } as JsonSchemaType;
}

function propertyOf({ name, description, schema }: Parameter, route: Route): object {
  if (name === 'limit') {
    return {
      type: 'integer',
      minimum: 1,
      maximum: MAX_ROWS,
      default: DEFAULT_ROWS,
      description: 'Rows of the result.',
    };
  }
  if (name === 'summary') return { ...schema, default: true, description: 'Totals instead of rows.' };
  // Patterns are left to the API, whose refusal says in words what would be right.
  const { type, enum: words, items, minimum, maximum } = schema;
  const property = { type, enum: words, items, minimum, maximum, description };
  if (name === route.looks_up) return { ...property, description: 'An exact name.' };
  if (route.whole_days.includes(name)) return { ...property, description: `${description} A day such as 2026-11-21.` };
  return property;
}

/**
 * The query for the arguments of a call, with the defaults of this server.
 *
 * @throws RangeError for what would tell more than masked rows: a beginning of a name, a time within a day
 */
export function toolQuery(route: Route, given: Query): Query {
  const name = route.looks_up === null ? undefined : given[route.looks_up];
  if (typeof name === 'string' && name.endsWith('*')) {
    throw new RangeError(`${route.looks_up} must be an exact name: beginnings would tell names letter by letter`);
  }
  for (const day of route.whole_days) {
    const value = given[day];
    if (value !== undefined && !WHOLE_DAY.test(String(value))) {
      throw new RangeError(`${day} must be a day such as 2026-11-21: masked rows tell no times`);
    }
  }
  const { [route.discloses ?? '']: _, ...asked } = given;
  const summary = asked['summary'] ?? (takes(route, 'summary') && asksForTotals(asked));
  // `false` is what the API does by itself, and some parameters may not stand beside it.
  const { summary: __, ...rest } = asked;
  if (summary === true) return { ...rest, summary };
  return takes(route, 'limit') ? { ...rest, limit: given['limit'] ?? DEFAULT_ROWS } : rest;
}

/** Whoever names rows, or goes on with them, wants rows. */
function asksForTotals(asked: Query): boolean {
  return ['cursor', 'limit', 'fields', 'compare', 'explain', 'name', 'table', 'entity'].every(
    (name) => asked[name] === undefined,
  );
}
