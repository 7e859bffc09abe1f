import { describe, expect, test } from 'vitest';
import type { Admitted } from '../../../lambdas/http/admission.ts';
import type { HttpRequest } from '../../../lambdas/http/event.ts';
import type { Query } from '../../../lambdas/http/query.ts';
import { reasonOf } from '../../../lambdas/http/reason.ts';
import { subjectOf } from '../../../lambdas/http/subject.ts';
import { InvalidParameterError, NotAcceptableError } from '../../../lambdas/request-errors.ts';
import type { Route } from '../../../lambdas/route.ts';
import { route } from './small-route.ts';

const environment = { name: 'shop-prod', labels: {}, offers: ['table_size'] };
const ADMITTED: Admitted = {
  principal: 'client:reader',
  rights: { tenant: null, environments: [{ environment, scopes: ['mrt/table_size.read' as const] }], key: 'k' },
};
const request = (headers: Record<string, string> = {}): HttpRequest => ({
  method: 'GET',
  path: '/table_size',
  query: '',
  header: (name) => headers[name],
  id: 'r1',
});
const query = (values: Record<string, unknown> = {}): Query =>
  ({ environment: null, limit: null, cursor: null, filters: [['min_bytes', '1']], values }) as unknown as Query;
const subject = (declared: Partial<Route>, values = {}, headers = {}, admitted: Admitted = ADMITTED) =>
  subjectOf({ ...(route as Route), ...declared }, request(headers), query(values), admitted, false);

describe('what a cursor is bound to', () => {
  test('is the route, the environment by its name, and the filters', () => {
    expect(subject({}).binding).toEqual({
      route: 'table_size',
      environment: 'shop-prod',
      filters: [['min_bytes', '1']],
    });
  });

  test('is no environment on a route that has none, though the caller may read one', () => {
    const { binding, environment: chosen } = subject({ environment: false });
    expect(binding).toEqual({ route: 'table_size', environment: null, filters: [['min_bytes', '1']] });
    expect(chosen).toBeNull();
  });

  test('is whose caller it is on such a route, in a stage with tenants', () => {
    const admitted = { ...ADMITTED, rights: { ...ADMITTED.rights, tenant: 'bank-a' } };
    expect(subject({ environment: false }, {}, {}, admitted).binding.environment).toBe('bank-a');
  });
});

describe('CSV', () => {
  const csv = { columns: ['name'], leftOut: [], notWith: ['table=all'] };
  const asked = { accept: 'text/csv' };

  test('is refused with the one value of a parameter that rules it out, and given with every other', () => {
    expect(() => subject({ csv }, { table: 'all' }, asked)).toThrow(NotAcceptableError);
    expect(subject({ csv }, { table: 'one' }, asked).media_type).toBe('text/csv');
    expect(subject({ csv }, {}, asked).media_type).toBe('text/csv');
  });
});

describe('the header x-reason', () => {
  test('is named by its fault, with what is right', () => {
    const fault = { parameter: 'x-reason', message: expect.stringContaining('at most 200 characters') };
    for (const wrong of ['x'.repeat(201), 'a\u0000b', 'a\u001fb', 'a\u007fb', 'a\nb']) {
      expect(() => reasonOf(wrong), JSON.stringify(wrong)).toThrow(InvalidParameterError);
      try {
        reasonOf(wrong);
      } catch (error) {
        expect((error as InvalidParameterError).faults).toEqual([fault]);
      }
    }
  });

  test('is taken without blanks at its ends, up to its limit, and is none when empty', () => {
    expect(reasonOf(`  ${'x'.repeat(200)}  `)).toBe('x'.repeat(200));
    expect([reasonOf(undefined), reasonOf(''), reasonOf('  ')]).toEqual([null, null, null]);
  });
});
