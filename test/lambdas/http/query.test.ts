import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { limitOf, queryParser } from '../../../lambdas/http/query.ts';
import { text } from '../../../lambdas/parameters.ts';

const parse = queryParser({
  environment: true,
  rows: 'tables',
  parameters: { table: z.optional(text(63)), schema: z.optional(text(63)) },
});

function faultsOf(query: string): { parameter: string; message: string }[] {
  try {
    parse(query);
  } catch (error) {
    return (error as { faults: { parameter: string; message: string }[] }).faults;
  }
  return [];
}

describe('a query', () => {
  test('without parameters asks for the defaults: what is not given is null, and there is no filter', () => {
    for (const query of ['', '&', '&&']) {
      expect(parse(query)).toStrictEqual({
        values: {},
        environment: null,
        labels: [],
        limit: null,
        cursor: null,
        budget_s: null,
        filters: [],
      });
    }
    expect(limitOf(parse(''), 'application/json')).toBe(100);
    expect(limitOf(parse('limit=7'), 'application/json')).toBe(7);
  });

  test('has its filters by name, whatever their order, and without what may change from page to page', () => {
    const filters = [
      ['schema', 'b c'],
      ['table', 'a'],
    ];
    expect(parse('environment=shop-prod&table=a&limit=5&schema=b+c&budget_s=9').filters).toEqual(filters);
    expect(parse('schema=b%20c&table=a').filters).toEqual(filters);
  });

  test('has values with an equals sign in them, and none where none stands', () => {
    expect(parse('table=a=b').values).toEqual({ table: 'a=b' });
    expect(faultsOf('table')).toEqual([{ parameter: 'table', message: expect.stringContaining('must be text of 1') }]);
  });
});

describe('a refused query', () => {
  test('names the parameter whose value is no UTF-8, and gives a name that is none as ?', () => {
    expect(faultsOf('table=%ff')).toEqual([{ parameter: 'table', message: 'must be percent-encoded UTF-8' }]);
    expect(faultsOf('%ff=1')).toEqual([{ parameter: '?', message: 'is not a parameter of this route' }]);
  });

  test('lists 20 faults and no more, and 50 characters of an unknown name', () => {
    const unknown = Array.from({ length: 30 }, (_, n) => `${n}${'x'.repeat(60)}=1`);
    const faults = faultsOf(`${unknown.join('&')}&table=a&table=b`);
    expect(faults).toHaveLength(20);
    expect(faults[0]?.parameter).toBe(`0${'x'.repeat(49)}`);
  });
});
