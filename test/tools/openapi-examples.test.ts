/** What the OpenAPI document shows and says is true of the routes as they are now. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { routes } from '../../lambdas/routes.ts';
import { openApi } from '../../tools/openapi.ts';
import { capturedExamples, type Example } from '../../tools/openapi-examples.ts';

const examples = capturedExamples();
const cases = routes.flatMap((route) =>
  (examples[route.name] ?? []).map((example): [string, (typeof routes)[number], Example] => [
    `${route.path} ${example.name}`,
    route,
    example,
  ]),
);

describe('an example of the document', () => {
  test('is there for each route that the sample apps answer', () => {
    expect(cases.length).toBeGreaterThanOrEqual(10);
    expect(Object.keys(examples).filter((name) => !routes.some((route) => route.name === name))).toEqual([]);
  });

  test.each(cases)(
    '%s is what the route answers now: else npm start, node tools/capture-examples.ts',
    (_, route, example) => {
      const { complete, next_cursor, ...answer } = example.answer as Record<string, unknown>;
      expect(z.safeParse(z.strictObject({ answer: route.answer }), { answer }).error?.issues ?? []).toEqual([]);
      expect(typeof complete).toBe('boolean');
      expect(next_cursor === null || typeof next_cursor === 'string').toBe(true);
      expect(unknownFields(answer, route)).toEqual([]);
    },
  );

  test('that lacks a field would be noticed', () => {
    const route = routes.find(({ name }) => name === 'health');
    expect(z.safeParse(route?.answer ?? z.never(), { status: 'ok' }).success).toBe(false);
  });
});

/** Fields that the schema does not have: zod drops them from what it gives back. */
function unknownFields(answer: unknown, route: (typeof routes)[number]): string[] {
  const known = new Set(paths(z.parse(route.answer, answer)));
  return paths(answer).filter((path) => !known.has(path));
}

function paths(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((inner, index) => paths(inner, `${at}[${index}]`));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}.${key}`));
}

describe('in the document', () => {
  const document = openApi(routes, '0.0.0', examples);

  test('every field and every parameter has a meaning, in words', () => {
    const silent: string[] = [];
    collect(document, '', silent);
    expect(silent).toEqual([]);
    const parameters = Object.values(
      document['paths'] as Record<string, { get: { parameters: { description?: string }[] } }>,
    );
    expect(parameters.flatMap(({ get }) => get.parameters).filter(({ description }) => !description)).toEqual([]);
  });

  test('every operation has a tag that the document explains, and a description', () => {
    const tags = (document['tags'] as { name: string }[]).map(({ name }) => name);
    for (const { get, head } of Object.values(document['paths'] as Record<string, Record<'get' | 'head', Operation>>)) {
      for (const { tags: own, description } of [get, head]) {
        expect(tags).toEqual(expect.arrayContaining(own));
        expect(description.length).toBeGreaterThan(20);
      }
    }
  });
});

interface Operation {
  tags: string[];
  description: string;
}

/** Names of properties without a description, at every depth. */
function collect(value: unknown, at: string, silent: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  const { properties } = value as { properties?: Record<string, { description?: string; $ref?: string }> };
  for (const [name, schema] of Object.entries(properties ?? {})) {
    if (schema.description === undefined && schema.$ref === undefined) silent.push(`${at}.${name}`);
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'examples') collect(inner, `${at}/${key}`, silent);
  }
}
