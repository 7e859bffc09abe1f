/** docs/api.md: the routes for people, made from the OpenAPI document, so that the two cannot differ. */

import { GATEWAY_BODIES } from './openapi-problems.ts';
import { resolved } from './openapi-schemas.ts';

type Json = Record<string, unknown>;

/** JSON Schema, as far as answers and parameters use it. */
interface Schema extends Json {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  additionalProperties?: Schema;
}

/** What the document says of GET on a path. */
interface Operation extends Json {
  summary: string;
  security: { cognito: [string] }[];
  parameters: { name: string; in: string; description?: string; schema: Schema }[];
  responses: Record<
    string,
    { description: string; content?: Record<string, { schema: Schema; 'x-several-environments'?: Schema }> }
  >;
}

/** What holds for every route. */
const INTRODUCTION = `# The API

Made from the route table by \`npm run generate\`; [openapi.json](openapi.json) says the same to machines.

\`GET\` and \`HEAD\` only. Names are snake_case, sizes bytes, times UTC. What is not known is \`null\`, never 0. Every JSON
answer has \`complete\` (\`false\`: something that belongs here is missing or partial, and the part concerned says why) and
\`next_cursor\` (\`null\` on the last page).

Row lists come as CSV too, by \`Accept: text/csv\`: scalars and lists of scalars, with \`x-complete\` and \`x-as-of\` in the
headers. A list is one cell, joined with spaces; a cell that a spreadsheet would run starts with a quote. Fields that are
objects have no place in a table; each route below names its columns and what is in JSON only. A parameter that fills only
such fields, or asks for something else than rows, is refused with CSV (406).

Refusals are \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`detail\`, \`instance\` and
\`request_id\`. The gateway answers by itself before a function is asked, and names nothing but this:

${gatewayTable()}`;

function gatewayTable(): string {
  const rows = Object.entries(GATEWAY_BODIES).map(([status, { message, when }]) => [
    status,
    `\`{"message":"${message}"}\``,
    when,
  ]);
  return table(['status', 'body', 'when'], rows);
}

/** What the page is made from: `openApi` writes it. */
export interface ApiDocument {
  paths: Record<string, { get: Operation }>;
  components: { schemas: Json };
}

/** The whole page: a section for each path with its parameters, the fields of its answer, and its refusals. */
export function apiPage(document: ApiDocument): string {
  const paths = resolved(document.paths, document.components.schemas) as ApiDocument['paths'];
  const routes = Object.entries(paths).map(([path, { get }]) => routeSection(path, get));
  return [INTRODUCTION, ...routes].join('\n');
}

/** Scopes, parameters, fields of the answer, refusals. */
function routeSection(path: string, { summary, security, parameters, responses }: Operation): string {
  const scopes = security.map(({ cognito: [scope] }) => `\`${scope}\``).join(', ');
  const parameterRows = parameters.map((parameter) => [
    `\`${parameter.name}\`${parameter.in === 'query' ? '' : ` (${parameter.in})`}`,
    typeName(parameter.schema),
    parameter.description ?? '',
  ]);
  const answer = responses['200']?.content?.['application/json']?.schema ?? {};
  const csv = responses['200']?.content?.['text/csv']?.schema.description;
  const refusals = Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .map(([status, { description }]) => [status, description]);
  return [
    `## GET ${path}\n`,
    `${summary} ${scopes === '' ? 'It needs no token.' : `Any one of these scopes: ${scopes}.`}\n`,
    ...(parameterRows.length > 0 ? [table(['parameter', 'type', 'meaning'], parameterRows)] : []),
    ...answers(answer, responses['200']?.content?.['application/json']?.['x-several-environments'] ?? null),
    ...(csv === undefined ? [] : [`CSV: ${csv}\n`]),
    table(['status', 'when'], refusals),
  ].join('\n');
}

/** The fields of the answer; where several environments give another one, of both. */
function answers(one: Schema, several: Schema | null): string[] {
  const rows = (schema: Schema) => fields(schema, '');
  if (several === null && Object.keys(one.properties ?? {}).length === 0) {
    return [
      'The answer is text, as monitoring systems read it; each metric says in a `# HELP` line what it measures.\n',
    ];
  }
  return [
    table(['answer', 'type', 'meaning'], rows(one)),
    ...(several === null ? [] : [table(['about several environments', 'type', 'meaning'], rows(several))]),
  ];
}

/** A row for each field, nested ones by their path: `tables[].cleanup.since`. */
function fields(schema: Schema, path: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const inner = nested(property);
    return [
      [`\`${at}\``, typeName(property), property.description ?? inner?.schema.description ?? ''],
      ...(inner === null ? [] : fields(inner.schema, `${at}${inner.suffix}`)),
    ];
  });
}

/** The object inside a list or a choice, and how a path goes on to it: `[]` for each list. */
function nested(schema: Schema): { schema: Schema; suffix: string } | null {
  if (schema.properties !== undefined) return { schema, suffix: '' };
  if (schema.items !== undefined) {
    const inner = nested(schema.items);
    return inner === null ? null : { schema: inner.schema, suffix: `[]${inner.suffix}` };
  }
  for (const option of schema.anyOf ?? []) {
    const inner = nested(option);
    if (inner !== null) return inner;
  }
  return null;
}

/** A type in words: `` `entity`, `system` ``, `integer 1 to 1000`, `list of string`, `string or null`. */
function typeName(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeName))].join(' or ');
  if (schema.items !== undefined) return `list of ${typeName(schema.items)}`;
  const range = [schema['minimum'], schema['maximum']].every((limit) => Math.abs(Number(limit)) < 1e9);
  const limits = range ? ` ${schema['minimum']} to ${schema['maximum']}` : '';
  return `${[schema.type ?? 'any'].flat().join(' or ')}${limits}`;
}

/** Markdown; a bar in a cell would end it. */
function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
