/**
 * The files of `@mrt/client` that follow from the OpenAPI document: types for its users, and what of a route its code
 * has to know. Interfaces that an editor shows as they are, where a general generator gives types to be looked up in
 * types (docs/decisions/dependencies.md).
 */
import { PROBLEMS } from '../lambdas/problems.ts';
import type { Route } from '../lambdas/route.ts';
import { documentation, type Schema, typeText } from './typescript-types.ts';

/** What is read of the document: `openApi` writes it. */
export interface ClientDocument {
  paths: Record<string, { get: Operation }>;
  components: { schemas: Record<string, Schema> };
}

interface Operation {
  summary: string;
  parameters: { name: string; in: string; description?: string; schema: Schema }[];
  responses: Record<string, { content?: Record<string, Content> }>;
}

/** One form of an answer; of several environments it may be another answer. */
interface Content {
  schema: Schema;
  'x-several-environments'?: Schema;
}

const HEAD = '// Made from the route table by `npm run generate`.\n';

/** `packages/client/generated/types.ts`. */
export function clientTypes({ paths, components }: ClientDocument, routes: readonly Route[]): string {
  const slugs = Object.keys(PROBLEMS).map((slug) => `'${slug}'`);
  const operations = routes.map(({ path, rows }) => operationText(path, paths[path]?.get, rows));
  return [
    HEAD,
    ...Object.entries(components.schemas).map(
      ([name, schema]) => `${documentation(schema)}export interface ${name} ${typeText(schema)}\n`,
    ),
    '/** The last segment of a problem’s `type`. More may come with later releases. */',
    `export type ProblemSlug = ${slugs.join(' | ')};\n`,
    '/** By path: what a request takes, what its answer is, also about several environments, and which list of it pages. */',
    `export interface Operations {\n${operations.join('\n')}}`,
    '',
  ].join('\n');
}

/** An entry of `Operations`. @throws Error when the document has no such path */
function operationText(path: string, operation: Operation | undefined, rows: string | null): string {
  if (operation === undefined) throw new Error(`the document has no ${path}`);
  const { summary, parameters, responses } = operation;
  const properties = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, description, schema }): [string, Schema] => [
      name,
      { ...schema, ...(description === undefined ? {} : { description }) },
    ]);
  // An option that a program leaves undefined is one that it does not set.
  const query = properties.map(
    ([name, schema]) => `${documentation(schema)}${name}?: ${typeText(schema)} | undefined;`,
  );
  const content = responses['200']?.content ?? {};
  const { schema: answer, 'x-several-environments': several } = content['application/json'] ?? {};
  return [
    `${documentation({ description: summary })}'${path}': {`,
    query.length === 0 ? 'query: Record<string, never>;' : `query: {\n${query.join('\n')}\n};`,
    `answer: ${answer === undefined ? 'unknown' : typeText(answer)};`,
    `several: ${several === undefined ? 'null' : typeText(several)};`,
    `rows: ${rows === null ? 'null' : `'${rows}'`};`,
    `csv: ${content['text/csv'] !== undefined};`,
    '};\n',
  ].join('\n');
}

/** `packages/client/generated/routes.ts`: what the code asks of a path at run time. */
export function clientRoutes(routes: readonly Route[]): string {
  const entries = routes.map(
    ({ path, name, rows, scopes }) =>
      `'${path}': { operation: '${name}', rows: ${rows === null ? 'null' : `'${rows}'`}, token: ${scopes !== null} },`,
  );
  return [
    HEAD,
    '/** By path: the operation’s name, the list of the answer that pages, and whether a token is needed. */',
    `export const ROUTES = {\n${entries.join('\n')}\n} as const;`,
    '',
  ].join('\n');
}
