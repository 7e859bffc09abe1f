import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { NamedEnvironment, PermittedEnvironment } from '../../../lambdas/exchange.ts';
import type { Admitted } from '../../../lambdas/http/admission.ts';
import type { HttpRequest } from '../../../lambdas/http/event.ts';
import type { Query } from '../../../lambdas/http/query.ts';
import { reasonOf } from '../../../lambdas/http/reason.ts';
import { subjectOf } from '../../../lambdas/http/subject.ts';
import {
  InvalidParameterError,
  NotAcceptableError,
  OneEnvironmentOnlyError,
  UnknownEnvironmentError,
} from '../../../lambdas/request-errors.ts';
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
const permitted = (one: NamedEnvironment): PermittedEnvironment => ({
  ...{ environment: one, scopes: ['mrt/table_size.read'] },
});
const query = (values: Record<string, unknown> = {}, asked: Partial<Query> = {}): Query => ({
  ...{ environment: null, labels: [], limit: null, cursor: null, budget_s: null },
  ...{ filters: [['min_bytes', '1']], values },
  ...asked,
});
const subject = (declared: Partial<Route>, values = {}, headers = {}, admitted: Admitted = ADMITTED, asked = {}) =>
  subjectOf({ ...(route as Route), ...declared }, request(headers), query(values, asked), admitted, false);

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

test('a request says how many rows, in which form and why', () => {
  expect(subject({}, {}, { 'x-reason': 'ticket 7' })).toMatchObject({
    ...{ limit: 100, media_type: 'application/json', reason: 'ticket 7' },
  });
  const asked = subject({ csv: null }, {}, {}, ADMITTED, { limit: 7 });
  expect(asked).toMatchObject({ limit: 7, media_type: 'application/json', reason: null });
});

describe('an environment', () => {
  const acc = { name: 'shop-acc', labels: {}, offers: ['table_size'] };
  const both = { ...ADMITTED, rights: { ...ADMITTED.rights, environments: [acc, environment].map(permitted) } };

  test('that is compared with is another one that the caller may read', () => {
    expect(subject({}, { compare: 'shop-acc' }, {}, both, { environment: 'shop-prod' }).other).toBe(acc);
    expect(subject({}, {}, {}, both, { environment: 'shop-prod' }).other).toBeNull();
    const itself = { parameter: 'compare', message: 'must be another environment' };
    const compared = () => subject({}, { compare: 'shop-prod' }, {}, both, { environment: 'shop-prod' });
    expect(compared).toThrow(expect.objectContaining({ faults: [itself] }));
    expect(() => subject({}, { compare: 'depot-prod' }, {}, both, { environment: 'shop-prod' })).toThrow(
      UnknownEnvironmentError,
    );
  });

  test('is asked for by name of whoever may read several', () => {
    const choice = { name: 'EnvironmentRequiredError', environments: ['shop-acc', 'shop-prod'] };
    expect(() => subject({}, {}, {}, both)).toThrow(expect.objectContaining(choice));
  });

  test('is none of those who may read none', () => {
    const nobody = { ...ADMITTED, rights: { ...ADMITTED.rights, environments: [] } };
    expect(() => subject({}, {}, {}, nobody)).toThrow(UnknownEnvironmentError);
  });
});

describe('several environments', () => {
  const crm = { name: 'crm-prod', labels: {}, offers: ['table_size'] };
  const both = { ...ADMITTED, rights: { ...ADMITTED.rights, environments: [crm, environment].map(permitted) } };
  const fleet = {
    ...{ asks: 'summary', may: [], distinct: false },
    ...{ summary: z.object({}), total: z.object({}) },
  };
  const all = { environment: '*' };

  test('are those of the record, and a cursor is bound to the words and to the rights', () => {
    const asked = subject({ fleet }, { summary: true }, {}, both, all);
    expect(asked.fleet?.map((one) => one.environment.name)).toEqual(['crm-prod', 'shop-prod']);
    expect([asked.environment, asked.media_type]).toEqual([null, 'application/json']);
    expect(asked.binding.environment).toBe('* of k');
    const labelled = subject({ fleet }, { summary: true }, {}, both, { labels: ['stage:prod'] });
    expect([labelled.fleet, labelled.binding.environment]).toEqual([[], '* of k']);
  });

  test('have summaries and no table, and figures without being asked for a summary', () => {
    expect(() => subject({ fleet }, {}, {}, both, all)).toThrow(OneEnvironmentOnlyError);
    expect(subject({ fleet }, {}, { accept: 'text/plain' }, both, all).media_type).toBe('text/plain');
    const asked = () => subject({ fleet }, { summary: true }, { accept: 'text/csv' }, both, all);
    expect(asked).toThrow(expect.objectContaining({ name: 'NotAcceptableError', parameter: 'environment' }));
  });

  test('are what figures of one are made as, on a route that has them', () => {
    const asked = subject({ fleet }, {}, { accept: 'text/plain' }, both, { environment: 'crm-prod' });
    expect(asked.fleet?.map((one) => one.environment)).toEqual([crm]);
    expect(asked.binding.environment).toBe('crm-prod');
    const plain = { accept: 'text/plain' };
    expect(subject({ fleet, csv: null }, {}, plain, both, { environment: 'crm-prod' }).media_type).toBe('text/plain');
    expect(subject({ fleet }, {}, {}, both, { environment: 'crm-prod' }).fleet).toBeNull();
    expect(() => subject({}, {}, { accept: 'text/plain' })).toThrow(NotAcceptableError);
  });
});

test('a route of metrics has these forms and no other, the older one first', () => {
  const form = (accept?: string) => subject({ form: 'metrics', csv: null }, {}, accept ? { accept } : {}).media_type;
  expect([form(), form('application/openmetrics-text')]).toEqual(['text/plain', 'application/openmetrics-text']);
  expect(() => form('application/json')).toThrow(NotAcceptableError);
});

describe('CSV', () => {
  const csv = { columns: ['name'], leftOut: [], notWith: ['table=all'] };
  const asked = { accept: 'text/csv' };

  test('is left out where a field that has no place in a table was picked', () => {
    const picking = { csv: { ...csv, leftOut: ['more'] }, fields: 'fields' };
    expect(() => subject(picking, { fields: ['name', 'more'] }, asked)).toThrow(
      expect.objectContaining({ name: 'NotAcceptableError', parameter: 'fields' }),
    );
    expect(subject(picking, { fields: ['name'] }, asked).media_type).toBe('text/csv');
  });

  test('is there with one parameter only, where the route says so', () => {
    expect(() => subject({ csv: { ...csv, onlyWith: 'table' } }, {}, asked)).toThrow(NotAcceptableError);
    expect(subject({ csv: { ...csv, onlyWith: 'table' } }, { table: 'one' }, asked).media_type).toBe('text/csv');
    expect(subject({ csv: { ...csv, onlyWith: 'table' } }).media_type).toBe('application/json');
    expect(() => subject({ csv: null }, {}, asked)).toThrow(NotAcceptableError);
  });

  test('is refused by a flag that is set, and by none that is not', () => {
    expect(() => subject({ csv: { ...csv, notWith: ['summary'] } }, { summary: true }, asked)).toThrow(
      expect.objectContaining({ name: 'NotAcceptableError', parameter: 'summary' }),
    );
    expect(subject({ csv: { ...csv, notWith: ['summary'] } }, { summary: false }, asked).media_type).toBe('text/csv');
  });

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
