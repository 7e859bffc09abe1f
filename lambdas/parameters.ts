/**
 * Query parameters as schemas: text in, a typed value out. Used by the `route.ts` files and by `http`.
 * Each message completes the sentence "<parameter> …". Imports the schema library only.
 */
import * as z from 'zod/mini';

const RFC3339 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z)?$/;

/**
 * The same schema with a sentence for people: the OpenAPI document's text. In a bundle, where nothing reads it, the schema
 * as it is: a sentence makes two more objects at every cold start (docs/decisions/bundling.md).
 */
export function described<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
  if (process.env['MRT_WITH_DESCRIPTIONS'] === 'off') return schema;
  return schema.check(z.describe(description)) as Schema;
}

/**
 * The same schema, which the documents and the client's types call by a name, such as `Table`.
 *
 * @param description what one of it is, for the OpenAPI document
 */
export function named<Schema extends z.ZodMiniType>(id: string, description: string, schema: Schema): Schema {
  if (process.env['MRT_WITH_DESCRIPTIONS'] === 'off') return schema;
  // No check, as `described` makes: an object with checks cannot be `partial`.
  z.globalRegistry.add(schema, { id, description });
  return schema;
}

/**
 * A whole number from `min` to `max`.
 *
 * @param message where the bounds alone do not say it all
 */
export function integer(min: number, max: number, message = `must be a whole number from ${min} to ${max}`) {
  return z.codec(
    z.string().check(z.regex(/^-?\d{1,15}$/, message)),
    z.int().check(z.gte(min, message), z.lte(max, message)),
    { decode: Number, encode: String },
  );
}

/** `true` or `false`. */
export function flag() {
  return z.codec(z.enum(['true', 'false'], 'must be true or false'), z.boolean(), {
    decode: (text) => text === 'true',
    encode: (value) => (value ? ('true' as const) : ('false' as const)),
  });
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, `must be one of ${words.join(', ')}`);
}

/** Text of 1 to `max` characters, without control characters. */
export function text(max: number) {
  const message = `must be text of 1 to ${max} characters without control characters`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const printable = /^[^\u0000-\u001f\u007f]*$/;
  return z.string().check(z.minLength(1, message), z.maxLength(max, message), z.regex(printable, message));
}

/** A comma list of words out of `words`, each at most once. */
export function choices<const Words extends readonly [string, ...string[]]>(...words: Words) {
  const message = `must be a comma list of ${words.join(', ')}`;
  return z.codec(
    z.string().check(
      z.refine((list) => {
        const items = list.split(',');
        return (
          items.length === new Set(items).size && items.every((item) => (words as readonly string[]).includes(item))
        );
      }, message),
    ),
    z.array(z.enum(words)),
    { decode: (list) => list.split(',') as Words[number][], encode: (items) => items.join(',') },
  );
}

/** Texts without commas, of `max` characters together. {@link REPEATABLE} parameters come as such a comma list. */
function texts(max: number) {
  return z.codec(text(max), z.array(z.string()), {
    decode: (list) => list.split(','),
    encode: (items) => items.join(','),
  });
}

/** A UTC time (`2026-11-21T00:00:00Z`) or a day (`2026-11-21`: its start); given on as `YYYY-MM-DDTHH:MM:SS.sssZ`. */
export function time() {
  const message = 'must be a UTC time such as 2026-11-21T00:00:00Z, or a day such as 2026-11-21';
  return z.codec(
    z.string().check(
      z.regex(RFC3339, message),
      z.refine((value) => isRealTime(value), message),
    ),
    // Not a format of its own: the document must allow the days too.
    z.string().check(z.regex(RFC3339)),
    { decode: (value) => new Date(value).toISOString(), encode: (value) => value },
  );
}

/** Real, and one that a database takes: PostgreSQL and ISO 8601's common era have no year 0, which JavaScript has. */
function isRealTime(value: string): boolean {
  const parsed = new Date(value);
  // 2026-02-30 parses to March: the day must survive the round trip.
  return (
    !value.startsWith('0000') && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value.slice(0, 10))
  );
}

/** What a trailing `*` asks for; `null` when the text is an exact one. `ann*` gives `ann`. */
export function prefixOf(text: string): string | null {
  return text.endsWith('*') ? text.slice(0, -1) : null;
}

/** Rows of a page at most. */
export const MAX_LIMIT = { 'application/json': 1_000, 'text/csv': 10_000 } as const;

/** Both bounds at once: which of the two holds depends on a header. */
export const LIMIT_BOUNDS = `must be a whole number from 1 to ${MAX_LIMIT['application/json']} (${MAX_LIMIT['text/csv']} with Accept: text/csv)`;

/** Parameters that routes share. `http` adds them by the route's declaration. */
const ENVIRONMENT_PARAMETER = {
  environment: described(
    z.optional(text(100)),
    'Name of the Mendix environment; default: the only one that you may read.',
  ),
};
const FLEET_PARAMETERS = {
  environment: described(
    z.optional(text(4100)),
    'Name of the Mendix environment; default: the only one that you may read. A comma list of up to 100, or `*` for all ' +
      'that you may read, gives their summaries out of the record.',
  ),
  label: described(
    z.optional(texts(1000)),
    'Narrows several environments to those with this label: `stage:prod`. May be repeated; all must hold. Without ' +
      '`environment` it narrows all that you may read.',
  ),
};
const PAGE_PARAMETERS = {
  // `http` checks the lower bound of JSON once the form of the answer is known.
  limit: described(
    z.optional(integer(1, MAX_LIMIT['text/csv'], LIMIT_BOUNDS)),
    'Rows of a page: up to 1,000, in CSV up to 10,000. Default 100.',
  ),
  cursor: described(
    z.optional(text(6000)),
    '`next_cursor` of the page before; the other parameters stay, `limit` may change.',
  ),
};
const BUDGET_PARAMETER = {
  budget_s: described(z.optional(integer(1, 25)), 'Seconds that the answer may take. Default 25.'),
};

/** Parameters that may be given more than once; the texts are joined with commas, which none of them holds. */
export const REPEATABLE: ReadonlySet<string> = new Set(['label']);

/** Every parameter of a route with its schema: its own and those that its declaration adds. */
export function parametersOf(route: {
  environment: boolean;
  rows: string | null;
  fleet?: object;
  parameters: Record<string, z.ZodMiniType>;
}): Record<string, z.ZodMiniType> {
  return {
    ...(route.environment ? { ...ENVIRONMENT_PARAMETER, ...BUDGET_PARAMETER } : {}),
    ...(route.fleet === undefined ? {} : FLEET_PARAMETERS),
    ...(route.rows === null ? {} : PAGE_PARAMETERS),
    ...route.parameters,
  };
}
