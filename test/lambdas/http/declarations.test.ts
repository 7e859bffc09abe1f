/** What a route declares, and that `http` goes by it alone. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parametersOf } from '../../../lambdas/parameters.ts';
import { upstreamAdvice } from '../../../lambdas/problem-reasons.ts';
import { PROBLEMS } from '../../../lambdas/problems.ts';
import { routes } from '../../../lambdas/routes.ts';
import { NamedSchemas, resolved } from '../../../tools/openapi-schemas.ts';

type Schema = { type?: string | string[]; properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] };

/** Words that are parameters of a route and words of HTTP or of the language as well. */
const ALSO_OTHER_WORDS = new Set(['name', 'type', 'state', 'source', 'count', 'kind', 'empty', 'table', 'secret']);

test('no file of http knows a parameter of a route by its name', () => {
  const own = new Set(routes.flatMap(({ parameters }) => Object.keys(parameters)));
  const known: string[] = [];
  for (const file of globSync('lambdas/http/*.ts')) {
    const code = readFileSync(file, 'utf8');
    for (const parameter of own) {
      // By key of the parsed values, or as a text of its own.
      const byKey = new RegExp(`(?:values|parameters)(?:\\.${parameter}\\b|\\[['"]${parameter}['"]\\])`);
      const asText = new RegExp(`['"]${parameter}['"]`);
      if (byKey.test(code) || (!ALSO_OTHER_WORDS.has(parameter) && asText.test(code))) {
        known.push(`${file}: ${parameter}`);
      }
    }
  }
  expect(own.size).toBeGreaterThan(30);
  expect(known).toEqual([]);
});

describe.each(routes.map((route) => [route.path, route] as const))('%s', (_, route) => {
  test('declares only parameters that it has', () => {
    const declared = [
      ...(route.csv?.notWith ?? []).map((parameter) => parameter.split('=')[0]),
      route.fields,
      route.discloses?.parameter,
      route.looksUp?.parameter,
      ...(route.wholeDays?.parameters ?? []),
      route.otherEnvironment,
    ].filter((name) => name !== undefined);
    expect(Object.keys(route.parameters)).toEqual(expect.arrayContaining(declared));
  });

  test('has in CSV every field of a row that is a scalar or a list of scalars, and names the rest', () => {
    const row = rowOf(route);
    if (route.csv === null) return expect(row).toBeNull();
    const fields = Object.entries(row ?? {});
    const cells = fields.filter(([, schema]) => isCell(schema)).map(([name]) => name);
    const { columns, leftOut } = route.csv;
    const names = fields.map(([name]) => name);
    const ofRow = columns.map((column) => column.split('.')[0] ?? '').filter((name) => names.includes(name));
    expect(columns.filter((column) => names.includes(column))).toEqual(cells);
    expect(new Set([...ofRow, ...leftOut])).toEqual(new Set(names));
    expect(leftOut.filter((name) => ofRow.includes(name))).toEqual([]);
    // What is no field of a row is one of the answer that all rows share.
    const shared = columns.filter((column) => !ofRow.includes(column.split('.')[0] ?? ''));
    expect(Object.keys(fieldsOf(route.answer))).toEqual(expect.arrayContaining(shared));
  });

  test('shows in clear only by a scope that is not enough to see the rest masked', () => {
    if (route.discloses === undefined) return expect(route.looksUp).toBeUndefined();
    expect(route.scopes).toContain(route.discloses.scope);
    expect(route.scopes?.length).toBeGreaterThan(1);
  });

  test('adds the shared parameters that its declaration asks for', () => {
    const names = Object.keys(parametersOf(route));
    expect(names.includes('environment')).toBe(route.environment);
    expect(names.includes('cursor')).toBe(route.rows !== null);
  });
});

/** Fields of a row, by the JSON schema of the answer. */
function rowOf({ rows, answer }: (typeof routes)[number]): Record<string, Schema> | null {
  if (rows === null) return null;
  const list = fieldsOf(answer)[rows];
  // A list that may be unknown is one or null.
  const items = list?.items ?? list?.anyOf?.find((one) => one.items !== undefined)?.items;
  return items?.properties ?? null;
}

function fieldsOf(answer: (typeof routes)[number]['answer']): Record<string, Schema> {
  const schemas = new NamedSchemas({});
  const schema = schemas.take({ ...z.toJSONSchema(answer, { io: 'output', unrepresentable: 'any' }) });
  return (resolved(schema, schemas.all()) as Schema).properties ?? {};
}

function isCell({ type, items, anyOf, properties }: Schema): boolean {
  if (anyOf !== undefined) return anyOf.every(isCell);
  if (items !== undefined) return isCell(items);
  return type !== 'object' && properties === undefined;
}

describe('the table of problems', () => {
  test.each(Object.entries(PROBLEMS))(
    '%s has a status of its kind, a title and a sentence of advice',
    (slug, problem) => {
      expect(slug).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(problem.status).toBeGreaterThanOrEqual(400);
      expect(problem.title).toMatch(/^[A-Z][a-z ]+$/);
      expect(problem.advice).toMatch(/^[A-Z`].*[.]$/);
      if ('retry_after' in problem) expect(problem.status).toBe(503);
    },
  );

  test('says for a refusal where to look, whether S3, CloudWatch or Athena refused', () => {
    const advice = upstreamAdvice('access-denied');
    expect(advice).toMatch(/S3’s, check.*the bucket’s policy/);
    expect(advice).toMatch(/CloudWatch’s: the policy of an existing monitoring endpoint/);
    expect(advice).toMatch(/Athena’s: the same of its endpoint/);
  });
});
