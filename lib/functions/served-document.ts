/** The OpenAPI document as one stage serves it: with its address, and of the route table what the stage has. */
import type { Config } from '../../config/schema.ts';
import { routes } from '../../lambdas/routes.ts';
import { routesOf, scopesOf } from '../stage-routes.ts';

interface Document {
  paths: Record<string, unknown>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}

/**
 * On one line. Paths, scopes and schemas of what the stage does not have are left out: nobody reads of what is not there.
 *
 * @param text of `docs/openapi.json`, which has the whole table
 * @param baseAddress `null` without a domain: then the address is where the document was read, by a relative reference
 *   (OpenAPI 3.1, "Server Object")
 */
export function servedDocument(text: string, baseAddress: string | null, config: Config): string {
  const document: Document = JSON.parse(text);
  const there = routesOf(routes, config);
  for (const { path } of routes) if (!there.some((route) => route.path === path)) delete document.paths[path];
  const scopes = new Set<string>(scopesOf(config));
  const trimmed = JSON.parse(JSON.stringify(document), (key, value) => withoutScopes(key, value, scopes));
  dropUnused(trimmed);
  return JSON.stringify({ ...trimmed, servers: [{ url: baseAddress ?? '/' }] });
}

/** Descriptions list them; a scheme's `scopes` is an object of them; each alternative of a `security` names one: `{ "cognito": ["mrt/users.read"] }`. */
function withoutScopes(key: string, value: unknown, scopes: ReadonlySet<string>): unknown {
  const isThere = (scope: string) => !scope.startsWith('mrt/') || scopes.has(scope);
  if (key === 'scopes' && value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).filter(([scope]) => isThere(scope)));
  }
  if (key === 'description' && typeof value === 'string') {
    return value.replaceAll(/`(mrt\/[a-z_.]+)`, /g, (all, scope: string) => (scopes.has(scope) ? all : ''));
  }
  if (key !== 'security' || !Array.isArray(value)) return value;
  return value.filter((alternative: Record<string, string[]>) => Object.values(alternative).flat().every(isThere));
}

/** Schemas that nothing refers to any more, and then those that only these referred to. */
function dropUnused(document: Document): void {
  const { schemas } = document.components;
  for (;;) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    if (unused.length === 0) return;
    for (const name of unused) delete schemas[name];
  }
}
