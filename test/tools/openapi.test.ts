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

  const parameter = (path: string, name: string) =>
    document.paths[path]?.get.parameters.find((one) => one.name === name) as unknown as {
      explode?: boolean;
      schema: { type: string; pattern?: string; format?: string };
    };

  test('a time may be a day, as the API takes it', () => {
    const { schema } = parameter('/users', 'last_login_after');
    expect(schema).toMatchObject({ type: 'string', pattern: expect.any(String) });
    expect(schema.format).toBeUndefined();
    const pattern = new RegExp(schema.pattern ?? '', 'u');
    for (const good of ['2026-11-21', '2026-11-21T00:00:00Z', '2026-11-21T23:59:59.999Z'])
      expect(good).toMatch(pattern);
    for (const bad of ['2026-11', '2026-11-21T00:00:00+01:00', 'yesterday', '2026-11-21 00:00']) {
      expect(bad).not.toMatch(pattern);
    }
  });

  test('a label is a list whose items are parameters of their own; other lists have commas', () => {
    expect(parameter('/table_size', 'label')).toMatchObject({ explode: true, schema: { type: 'array' } });
    expect(parameter('/users', 'fields')).toMatchObject({ explode: false, schema: { type: 'array' } });
  });
});
