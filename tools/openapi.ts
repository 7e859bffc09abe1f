/**
 * The OpenAPI document, made from the route table: paths, scopes, parameters and answers stand in `route.ts` files only.
 * `npm run generate` writes docs/openapi.json; a test holds that it is current.
 */
import * as z from 'zod';
import type { $ZodType } from 'zod/v4/core';
import { SCOPES } from '../lambdas/contract.ts';
import { parametersOf, REPEATABLE } from '../lambdas/parameters.ts';
import { fleetAnswer } from '../lambdas/record/fleet-schema.ts';
import type { CsvTable, Route } from '../lambdas/route.ts';
import { documentPaths } from './openapi-documents.ts';
import type { Example, Examples } from './openapi-examples.ts';
import { gatewaySchema, problemSchema, problems } from './openapi-problems.ts';
import { NamedSchemas } from './openapi-schemas.ts';
import { operationDescription, TAGS, tagOf } from './openapi-words.ts';

/** Whatever a document may hold: it is built here and read by others. */
type Json = Record<string, unknown>;

const INTRODUCTION =
  'Operational data of Mendix apps on AWS: sizes, users and constants. Read-only. Sizes are bytes, times UTC. What is ' +
  'not known is `null`, never 0; `complete` is false where something that belongs here is missing or partial, and the ' +
  'part concerned says why. Answers may get more fields, and lists of words more words.';

/**
 * OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html), whose schemas are JSON Schema as zod writes it.
 *
 * @param version the API's release
 * @param examples real answers, by the name of the route
 */
export function openApi(routes: readonly Route[], version: string, examples: Examples = {}): Json {
  const schemas = new NamedSchemas({ Problem: problemSchema, GatewayMessage: gatewaySchema });
  const paths = routes.map((route) => {
    const get = operation(route, schemas, examples[route.name] ?? []);
    return [route.path, { get, head: head(route) }] as const;
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'MRT API',
      version,
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'https://maas-api.{dns_domain}', variables: { dns_domain: { default: 'example.com' } } }],
    tags: TAGS,
    paths: { ...Object.fromEntries(paths), ...documentPaths },
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        cognito: {
          type: 'oauth2',
          flows: {
            clientCredentials: { tokenUrl: 'https://auth.example.com/oauth2/token', scopes: { ...SCOPES } },
            authorizationCode: {
              authorizationUrl: 'https://auth.example.com/oauth2/authorize',
              tokenUrl: 'https://auth.example.com/oauth2/token',
              scopes: { ...SCOPES },
            },
          },
        },
      },
    },
  };
}

/** GET: every status that the route can have, with its body. */
function operation(route: Route, schemas: NamedSchemas, examples: readonly Example[]): Json {
  return {
    operationId: route.name,
    summary: route.summary,
    description: operationDescription(route),
    ...shared(route),
    responses: {
      200: success(route, schemas, examples),
      ...(route.scopes === null ? {} : { 304: { description: 'Unchanged.' } }),
      ...problems(route),
    },
  };
}

/** HEAD: the same statuses, none with a body (RFC 9110, section 9.3.2). */
function head(route: Route): Json {
  const statuses = [200, ...(route.scopes === null ? [] : [304]), ...Object.keys(problems(route))];
  return {
    operationId: `${route.name}_head`,
    summary: `${route.summary} Headers only.`,
    description: `The headers of GET ${route.path}, without its body.`,
    ...shared(route),
    responses: Object.fromEntries(statuses.map((status) => [status, { description: 'As with GET, without a body.' }])),
  };
}

/** What GET and HEAD have in common. */
function shared(route: Route): Json {
  return {
    tags: [tagOf(route)],
    // Any one of the scopes is enough: each is an alternative.
    security: route.scopes === null ? [] : route.scopes.map((scope) => ({ cognito: [scope] })),
    parameters: [...queryParameters(route), ...headerParameters(route)],
  };
}

/** The route's own, and those that every route of its kind has. */
function queryParameters(route: Route): Json[] {
  return Object.entries(parametersOf(route)).map(([name, schema]) => {
    const { description, ...type } = jsonSchema(schema);
    // Whether a parameter is needed depends on others, so none is `required`; the 400 says it.
    // Lists travel as one comma-separated value, or as a parameter for each item where that is how people ask.
    const list = type['type'] === 'array' ? { style: 'form', explode: REPEATABLE.has(name) } : {};
    return {
      name,
      in: 'query',
      required: false,
      ...(description === undefined ? {} : { description }),
      ...list,
      schema: type,
    };
  });
}

/** Only what has a meaning for this route; conditional requests and forms are HTTP's own. */
function headerParameters(route: Route): Json[] {
  if (route.scopes === null) return [];
  const reason = {
    name: 'x-reason',
    in: 'header',
    description: 'Why clear text is wanted; goes into the audit line.',
    schema: { type: 'string', maxLength: 200, pattern: '^[\\x20-\\x7e]*$' },
  };
  return route.discloses === undefined ? [] : [reason];
}

/** The JSON answer with what every answer has, and CSV where the route has rows. */
function success(route: Route, schemas: NamedSchemas, examples: readonly Example[]): Json {
  if (route.form === 'metrics') return { description: 'The figures.', content: metricsContent() };
  const one = withCommon(schemas.take(jsonSchema(route.answer)));
  // Several environments are another answer of the same address. Beside the schema and no choice within it: who names
  // one environment gets the one answer, and a type of both would say less of it.
  const several = route.fleet === undefined ? null : withCommon(schemas.take(jsonSchema(fleetAnswer(route.fleet))));
  const answered = examples.map(({ name, request, cut, answer: value }) => [
    name,
    { summary: `GET ${request}${cut ? ' (lists and cursor cut short)' : ''}`, value },
  ]);
  const json = {
    'application/json': {
      schema: one,
      ...(several === null ? {} : { 'x-several-environments': several }),
      ...(answered.length === 0 ? {} : { examples: Object.fromEntries(answered) }),
    },
  };
  const csv = route.csv === null ? {} : { 'text/csv': { schema: { type: 'string', description: csvRule(route.csv) } } };
  const metrics = route.fleet === undefined ? {} : metricsContent();
  return { description: 'The answer.', content: { ...json, ...csv, ...metrics } };
}

/** The two forms for monitoring systems. */
function metricsContent(): Json {
  const description = 'The newest recorded figures as gauges.';
  return Object.fromEntries(
    ['text/plain', 'application/openmetrics-text'].map((type) => [type, { schema: { type: 'string', description } }]),
  );
}

/** An answer with what every answer has. */
function withCommon(answer: Json): Json {
  const properties = {
    ...(answer['properties'] as Json | undefined),
    complete: { type: 'boolean', description: 'False: something that belongs here is missing; the part says why.' },
    next_cursor: { type: ['string', 'null'], description: '`cursor` of the next page; `null` on the last.' },
  };
  const required = [...((answer['required'] as string[] | undefined) ?? []), 'complete', 'next_cursor'];
  return { ...answer, properties, required };
}

/** What of a row is in a line of CSV, and when there is none. */
function csvRule({ columns, leftOut, notWith }: CsvTable): string {
  const names = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(', ');
  return [
    `A line for each row, with the columns ${names(columns)}.`,
    ...(leftOut.length === 0 ? [] : [`In JSON only, being lists or objects: ${names(leftOut)}.`]),
    ...(notWith.length === 0 ? [] : [`With ${names(notWith)} there is no CSV (406): the answer is no such table.`]),
  ].join(' ');
}

/** Without what a client may not rely on: answers may get more fields. */
function jsonSchema(schema: $ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
    override: ({ jsonSchema: node }) => {
      // A record's values stay described; that an object has no other fields is not promised.
      if (node.additionalProperties === false || isEmpty(node.additionalProperties)) delete node.additionalProperties;
    },
  }) as Json;
  return rest;
}

const isEmpty = (schema: unknown) => typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0;
