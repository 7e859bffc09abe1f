import { describe, expect, test } from 'vitest';
import { routes } from '../../lambdas/routes.ts';
import { openApi } from '../../tools/openapi.ts';

const document = openApi(routes, '0.0.0') as {
  paths: Record<string, Record<'get' | 'head', Record<string, unknown> & { parameters: { name: string }[] }>>;
};

describe('the OpenAPI document', () => {
  test.each(routes.map((route) => [route.path, route] as const))('%s has its scopes as alternatives', (path, route) => {
    const security = (route.scopes ?? []).map((scope) => ({ cognito: [scope] }));
    expect(document.paths[path]?.get['security']).toEqual(security);
    expect(document.paths[path]?.head['security']).toEqual(security);
  });

  test.each(routes.filter(({ environment }) => environment))('$path names the parameters that http adds', (route) => {
    const names = document.paths[route.path]?.get.parameters.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['environment', 'budget_s', ...Object.keys(route.parameters)]));
  });

  test('every parameter has a type that a client can check', () => {
    const parameters = Object.values(document.paths).flatMap(({ get }) => get.parameters as { schema?: object }[]);
    expect(parameters.filter(({ schema }) => schema === undefined || Object.keys(schema).length === 0)).toEqual([]);
  });
});
