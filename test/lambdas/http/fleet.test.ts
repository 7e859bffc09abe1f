/** Which environments a request is about, when it is about several, and what it may ask of them. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { PermittedEnvironment } from '../../../lambdas/exchange.ts';
import { fleetOf, requireSummary } from '../../../lambdas/http/fleet.ts';
import { queryParser } from '../../../lambdas/http/query.ts';
import {
  InvalidParameterError,
  NotOfferedError,
  OneEnvironmentOnlyError,
  UnknownEnvironmentError,
} from '../../../lambdas/request-errors.ts';
import type { FleetPart, Route } from '../../../lambdas/route.ts';
import { route as single } from './small-route.ts';

const fleet: FleetPart = {
  ...{ asks: 'summary', may: ['table=all'], distinct: false },
  ...{ summary: z.object({}), total: z.object({}) },
};
const route: Route = { ...(single as Route), fleet };
const parse = queryParser(route);

const permitted: PermittedEnvironment[] = [
  ['crm-prod', { stage: 'prod', app: 'crm' }, ['table_size']],
  ['files', { stage: 'prod' }, []],
  ['shop-acc', { stage: 'acc', app: 'shop' }, ['table_size']],
  ['shop-prod', { stage: 'prod', app: 'shop' }, ['table_size']],
].map(([name, labels, offers]) => ({ environment: { name, labels, offers }, scopes: [] }) as PermittedEnvironment);

const named = (query: string) =>
  fleetOf(route, parse(query), permitted)?.map(({ environment: { name } }) => name) ?? null;
const faultsOf = (query: string) => {
  try {
    named(query);
  } catch (error) {
    if (error instanceof InvalidParameterError) return error.faults;
    throw error;
  }
  return [];
};

describe('a request is about several environments', () => {
  test.each<[string, string[]]>([
    ['environment=*', ['crm-prod', 'shop-acc', 'shop-prod']],
    ['environment=shop-prod,crm-prod', ['shop-prod', 'crm-prod']],
    ['label=stage:prod', ['crm-prod', 'shop-prod']],
    ['environment=*&label=app:shop', ['shop-acc', 'shop-prod']],
    ['environment=shop-acc,shop-prod&label=stage:prod', ['shop-prod']],
    ['environment=shop-prod&label=stage:prod', ['shop-prod']],
    ['label=stage:prod&label=app:shop', ['shop-prod']],
    ['label=stage:prod,app:shop', ['shop-prod']],
    ['label=stage:p*', ['crm-prod', 'shop-prod']],
    ['label=stage:test', []],
  ])('with %s: those that offer the route and are the caller’s', (query, names) => {
    expect(named(query)).toEqual(names);
  });

  test('not with one name, nor with none, nor on a route that answers about one', () => {
    expect([named('environment=shop-prod'), named('')]).toEqual([null, null]);
    expect(fleetOf(single as Route, { ...parse('environment=*') }, permitted)).toBeNull();
  });
});

describe('of a list', () => {
  test('a name that is not the caller’s is refused, and the error knows which', () => {
    expect(() => named('environment=shop-prod,depot-prod')).toThrow(
      expect.objectContaining({ name: 'UnknownEnvironmentError', unknown: 'depot-prod' }),
    );
    expect(() => named('environment=shop-prod,constructor')).toThrow(UnknownEnvironmentError);
  });

  test('a name that does not offer the route is refused, which * leaves out', () => {
    expect(() => named('environment=shop-prod,files')).toThrow(NotOfferedError);
  });

  test.each([
    ['environment=shop-prod,*', 'must be * alone'],
    ['environment=shop-prod,', 'a name before and after each comma'],
    ['environment=,', 'a name before and after each comma'],
    ['environment=shop-prod,crm-prod,shop-prod', 'each environment once'],
    [`environment=${Array.from({ length: 101 }, (_, n) => `e${n}`).join(',')}`, 'must name 100 at most'],
  ])('%s is no list', (query, message) => {
    expect(faultsOf(query)).toEqual([{ parameter: 'environment', message: expect.stringContaining(message) }]);
  });

  test('a hundred names are as many as there may be', () => {
    const names = Array.from({ length: 100 }, (_, n) => `e${n}`);
    const all = names.map((name) => ({ environment: { name, labels: {}, offers: ['table_size'] }, scopes: [] }));
    expect(fleetOf(route, parse(`environment=${names.join(',')}`), all)).toHaveLength(100);
  });
});

test.each([
  ['label=shop-prod', 'must be key:value'],
  ['label=shop-*', 'must be key:value'],
  ['label=:prod', 'has no key'],
  ['label=stage:', 'has no value'],
  ['label=st*:prod', 'is not a pattern'],
  ['label=a:b:c', 'neither holds a colon'],
])('%s is no label', (query, message) => {
  expect(faultsOf(query)).toEqual([{ parameter: 'label', message: expect.stringContaining(message) }]);
});

describe('what may be asked of several', () => {
  const adviceOf = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (error instanceof OneEnvironmentOnlyError) return error.advice;
      throw error;
    }
    return null;
  };
  const ask = (query: string, part: FleetPart = fleet) => requireSummary(part, parse(query).values);

  test('is the summary, page by page, with the one value that a parameter may have besides', () => {
    const all = 'environment=*&label=a:b&summary=true&limit=5&cursor=c&budget_s=3';
    expect(() => ask(all)).not.toThrow();
    expect(() => ask(`${all}&table=all`)).not.toThrow();
  });

  test.each([
    ['environment=*', 'add summary=true'],
    ['environment=*&summary=false', 'add summary=true'],
    ['environment=*&summary=true&table=one', 'leave out table'],
    ['environment=*&summary=true&min_bytes=0', 'leave out min_bytes'],
    ['environment=*&summary=true&clear=true', 'leave out clear'],
    ['environment=*&summary=true&clear=false', 'leave out clear'],
  ])('is not %s', (query, advice) => {
    expect(adviceOf(() => ask(query))).toContain(advice);
  });

  test('is anything that needs no flag, where the route asks for none', () => {
    expect(() => ask('environment=*', { ...fleet, asks: null })).not.toThrow();
    expect(adviceOf(() => ask('environment=*&summary=true', { ...fleet, asks: null }))).toContain('leave out summary');
  });
});
