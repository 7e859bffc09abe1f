/**
 * packages/cli/routes.json: what the command line must know of each route before it asks: names, parameters, which list
 * pages, and what would show more than masked rows. From the route table and its OpenAPI document, so that neither an
 * option of `mrt` nor a tool of `mrt mcp` is written by hand.
 */
import { PROBLEMS } from '../lambdas/problems.ts';
import type { Route } from '../lambdas/route.ts';

type Json = Record<string, unknown>;

/** What is read of the document (`tools/openapi.ts`). */
export interface CliDocument {
  info: { version: string };
  paths: Record<string, { get: { summary: string; description?: string; parameters: Json[] } }>;
}

/** The file's content: the release, `routes` in the order of the table, `problems` by slug. */
export function cliRoutes(routes: readonly Route[], document: CliDocument): Json {
  const { version } = document.info;
  return { version, routes: routes.map((route) => cliRoute(route, document)), problems: PROBLEMS };
}

function cliRoute(route: Route, { paths }: CliDocument): Json {
  const operation = paths[route.path]?.get;
  if (operation === undefined) throw new Error(`the document has no ${route.path}`);
  return {
    name: route.name,
    path: route.path,
    summary: operation.summary,
    token: route.scopes !== null,
    rows: route.rows,
    csv: route.csv?.columns ?? null,
    discloses: route.discloses?.parameter ?? null,
    looks_up: route.looksUp?.parameter ?? null,
    whole_days: route.wholeDays?.parameters ?? [],
    clear_scopes: clearScopes(route),
    parameters: operation.parameters
      .filter((parameter) => parameter['in'] === 'query')
      .map(({ name, description, schema }) => ({ name, description, schema })),
  };
}

/** Scopes that show more than masked rows do. Whoever must never see it asks for tokens without them. */
function clearScopes({ discloses, looksUp, wholeDays }: Route): string[] {
  const scopes = [discloses?.scope, looksUp?.prefixScope, wholeDays?.scope];
  return [...new Set(scopes.filter((scope) => scope !== undefined))];
}

/** packages/cli/mcp/pages.json: what docs/api.md says of each route, by the route's name. */
export function cliPages(routes: readonly Route[], apiPage: string): Json {
  const sections = apiPage.split(/^(?=## GET )/m);
  return Object.fromEntries(
    routes.map(({ name, path }) => {
      const section = sections.find((text) => text.startsWith(`## GET ${path}\n`));
      if (section === undefined) throw new Error(`the API page has no ${path}`);
      return [name, section];
    }),
  );
}
