import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../lambdas/airflow_gateway/caller.ts';
import { decide, PathNotAllowedError } from '../../../lambdas/airflow_gateway/decision.ts';
import { MissingScopeError, NotOfferedError, UnknownEnvironmentError } from '../../../lambdas/request-errors.ts';
import { settings } from './settings.ts';

const START = { method: 'POST', environment: 'etl-prod', path: '/dags/sales_daily/dagRuns' };
const READ = { method: 'GET', environment: 'etl-prod', path: '/dags' };

function caller(
  kind: Caller['kind'],
  entries: string[],
  scopes: string[] | null = null,
  provider: string | null = null,
): Caller {
  const own = scopes === null ? null : new Set(scopes);
  return { kind, principal: 'x', detail: null, entries, scopes: own, provider };
}
const READ_AND_START: ('mrt/airflow.read' | 'mrt/airflow.trigger')[] = ['mrt/airflow.read', 'mrt/airflow.trigger'];
const BOTH: string[] = READ_AND_START;
const starter = caller('clients', ['starter'], BOTH);

describe('a run', () => {
  test('is started for a DAG that the entry names, and for no other', () => {
    expect(decide(START, starter, settings).operation).toMatchObject({ dag: 'sales_daily', method: 'POST' });
    const other = () => decide({ ...START, path: '/dags/hr_payroll/dagRuns' }, starter, settings);
    expect(other).toThrow(PathNotAllowedError);
    expect(other).toThrow(expect.objectContaining({ dag: 'hr_payroll' }));
  });

  test('needs the scope in the token and in the entry', () => {
    const onlyReads = caller('clients', ['starter'], ['mrt/airflow.read']);
    expect(() => decide(START, onlyReads, settings)).toThrow(MissingScopeError);
    const withoutEntry = caller('clients', ['reader'], BOTH);
    expect(() => decide(START, withoutEntry, settings)).toThrow(MissingScopeError);
    expect(decide(READ, onlyReads, settings).environment).toBe('etl-prod');
  });

  test('is started where one selector, one pattern and one entry of several fit', () => {
    const daily = { scopes: READ_AND_START, environments: ['etl-acc', 'etl-prod'], dags: ['hr_*', 'sales_*'] };
    const payroll = { scopes: READ_AND_START, environments: ['etl-prod'], dags: ['hr_payroll'] };
    const several = { ...settings, callers: { ...settings.callers, groups: { payroll, daily } } };
    const person = caller('groups', ['payroll', 'daily'], BOTH);
    expect(decide(START, person, several).operation.dag).toBe('sales_daily');
    expect(() => decide(START, caller('groups', ['payroll'], BOTH), several)).toThrow(PathNotAllowedError);
  });

  test('is not started in one environment by the list of another: entries add up, and never across', () => {
    const person = caller('groups', ['acceptance', 'production'], BOTH);
    expect(decide({ ...START, environment: 'etl-acc' }, person, settings).environment).toBe('etl-acc');
    expect(() => decide(START, person, settings)).toThrow(MissingScopeError);
    expect(decide(READ, person, settings).environment).toBe('etl-prod');
  });

  test('is started by a pipeline and by a role with what their entries say alone', () => {
    const daily = { ...START, path: '/dags/etl_daily/dagRuns' };
    expect(decide(daily, caller('pipelines', ['etl']), settings).operation.dag).toBe('etl_daily');
    expect(() => decide(daily, caller('roles', ['batch']), settings)).toThrow(PathNotAllowedError);
  });
});

describe('with tenants, a caller', () => {
  const { groups } = settings.callers;
  const owned: typeof settings = {
    ...settings,
    tenants: { 'bank-a': { provider: null }, 'bank-b': { provider: 'BankB' } },
    callers: {
      ...settings.callers,
      groups: {
        production: { ...(groups['production'] as (typeof groups)[string]), tenant: 'bank-a' },
        acceptance: { ...(groups['acceptance'] as (typeof groups)[string]), tenant: 'bank-b' },
        operators: { scopes: [], environments: [], dags: [], tenant: null },
      },
    },
  };

  test('of one tenant has the entries of its groups', () => {
    expect(decide(READ, caller('groups', ['production'], BOTH), owned).environment).toBe('etl-prod');
  });

  test.each([
    ['in groups of two tenants', ['production', 'acceptance'], 'bankb'],
    ['in a tenant’s group and the operator’s', ['production', 'operators'], null],
    ['who came by another way than the tenant’s provider', ['acceptance'], 'banka'],
    ['who came by the pool itself', ['acceptance'], null],
  ])('%s has nothing', (_, entries, provider) => {
    for (const environment of ['etl-prod', 'etl-acc']) {
      const ask = () => decide({ ...READ, environment }, caller('groups', entries, BOTH, provider), owned);
      expect(ask).toThrow(UnknownEnvironmentError);
    }
  });

  test('of a project that is in pipelines of two tenants has nothing, and of one tenant what both entries give', () => {
    const both = ['mrt/airflow.read', 'mrt/airflow.trigger'] as const;
    const pipeline = (environments: string[], tenant: string) => ({
      scopes: [...both],
      environments,
      dags: ['*'],
      tenant,
    });
    const job = (second: string) => {
      const pipelines = { first: pipeline(['etl-prod'], 'bank-a'), second: pipeline(['etl-acc'], second) };
      const divided = { ...owned, callers: { ...owned.callers, pipelines } };
      return (environment: string) =>
        decide({ ...READ, environment }, caller('pipelines', ['first', 'second']), divided).environment;
    };
    expect([job('bank-a')('etl-prod'), job('bank-a')('etl-acc')]).toEqual(['etl-prod', 'etl-acc']);
    for (const environment of ['etl-prod', 'etl-acc']) {
      expect(() => job('bank-b')(environment)).toThrow(UnknownEnvironmentError);
    }
  });

  test('who came by the tenant’s provider has its entries', () => {
    const own = caller('groups', ['acceptance'], BOTH, 'bankb');
    expect(decide({ ...READ, environment: 'etl-acc' }, own, owned).environment).toBe('etl-acc');
  });
});

describe('an environment', () => {
  test('in which a caller has nothing is answered as one that is not there', () => {
    for (const environment of ['etl-acc', 'nowhere', '__proto__', 'constructor', '', 'etl-prod/', 'ETL-PROD']) {
      expect(() => decide({ ...READ, environment }, starter, settings)).toThrow(UnknownEnvironmentError);
    }
  });

  test('tells nobody whether a path would be allowed there who has nothing in it', () => {
    for (const path of ['/dags', '/variables']) {
      expect(() => decide({ ...READ, environment: 'etl-acc', path }, starter, settings)).toThrow(
        UnknownEnvironmentError,
      );
    }
  });

  test('called as objects are is not there, for whoever may read all of them', () => {
    const everything = { scopes: READ_AND_START, environments: ['*'], dags: ['*'] };
    const open = { ...settings, callers: { ...settings.callers, clients: { all: everything } } };
    const all = caller('clients', ['all'], BOTH);
    expect(decide(READ, all, open)).toMatchObject({ environment: 'etl-prod' });
    expect(decide(READ, all, open).airflow).toBe(settings.environments['etl-prod']?.airflow);
    for (const environment of ['constructor', '__proto__', 'toString']) {
      expect(() => decide({ ...READ, environment }, all, open)).toThrow(UnknownEnvironmentError);
    }
  });

  test('that is not there is so for whoever reads by label', () => {
    const reader = caller('clients', ['reader'], ['mrt/airflow.read']);
    expect(() => decide({ ...READ, environment: 'nowhere' }, reader, settings)).toThrow(UnknownEnvironmentError);
  });

  test('without Airflow is said to be so to whoever may read it', () => {
    const reader = caller('clients', ['reader'], ['mrt/airflow.read']);
    expect(() => decide({ ...READ, environment: 'shop-prod' }, reader, settings)).toThrow(NotOfferedError);
  });

  test('is not read by scopes of other routes, whatever the token has', () => {
    const shop = caller('clients', ['shop'], ['mrt/table_size.read', ...BOTH]);
    expect(() => decide(READ, shop, settings)).toThrow(UnknownEnvironmentError);
  });
});

test('names that nobody configured are no entries', () => {
  for (const name of ['constructor', '__proto__', 'toString', '']) {
    for (const kind of ['clients', 'groups', 'pipelines', 'roles'] as const) {
      expect(() => decide(READ, caller(kind, [name], BOTH), settings)).toThrow(UnknownEnvironmentError);
    }
  }
});
