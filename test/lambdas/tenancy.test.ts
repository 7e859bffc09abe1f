/** Whose caller somebody is, and what such a caller may name: by configuration, client and groups, and by nothing else. */
import { describe, expect, test } from 'vitest';
import { rightsOf } from '../../lambdas/http/rights.ts';
import type { TokenBearer } from '../../lambdas/http/token.ts';
import { grants } from '../../lambdas/routes/grants/grants.ts';
import { parseSettings } from '../../lambdas/settings.ts';
import { ownerOf, providerOf } from '../../lambdas/tenancy.ts';

const USERS = 'mrt/users.read' as const;
const caller = (tenant: string | null, environments: string[]) => ({ tenant, environments, scopes: [USERS] });
const environment = (tenant: string | null) => ({ tenant, labels: { bank: tenant ?? 'none' }, offers: ['users'] });
const settings = {
  callers: {
    clients: {
      operator: caller(null, ['*']),
      a: caller('bank-a', ['*']),
      b: caller('bank-b', ['b-*']),
      astray: caller('bank-b', ['a-prod', 'bank:*']),
    },
    groups: {
      operators: caller(null, ['*']),
      'a-people': caller('bank-a', ['*']),
      'a-admins': caller('bank-a', ['a-prod']),
      'b-people': caller('bank-b', ['*']),
    },
  },
  environments: {
    'a-acc': environment('bank-a'),
    'a-prod': environment('bank-a'),
    'b-prod': environment('bank-b'),
    own: environment(null),
  },
  tenants: {
    'bank-a': { configuration_version: '1', provider: null },
    'bank-b': { configuration_version: '2', provider: 'BankB' },
  },
};
const scopes = new Set([USERS]);
const client = (name: string): TokenBearer => ({ kind: 'client', name, scopes });
const person = (groups: string[], provider: string | null = null): TokenBearer => ({
  ...{ kind: 'person', name: 'sub-1', scopes },
  ...{ groups, provider },
});
const readable = (bearer: TokenBearer) =>
  rightsOf(bearer, [USERS], settings).environments.map(({ environment: { name } }) => name);

describe('a caller reads', () => {
  test.each<[string, TokenBearer, string[]]>([
    ['of a tenant, by *: what is the tenant’s', client('a'), ['a-acc', 'a-prod']],
    ['of another tenant: what is that one’s', client('b'), ['b-prod']],
    ['of a tenant, by a name and a label of another’s: what is its own', client('astray'), ['b-prod']],
    ['of the operator: everything', client('operator'), ['a-acc', 'a-prod', 'b-prod', 'own']],
    ['a person of a tenant: what is the tenant’s', person(['a-people']), ['a-acc', 'a-prod']],
    ['a person of two groups of a tenant: what both give', person(['a-people', 'a-admins']), ['a-acc', 'a-prod']],
    ['a person of groups of two tenants: nothing', person(['a-people', 'b-people'], 'bankb'), []],
    ['a person of a tenant’s group and the operator’s: nothing', person(['a-people', 'operators']), []],
    ['a person of a group that nobody configured: nothing', person(['constructor']), []],
    ['a person of a tenant with a provider, by that provider', person(['b-people'], 'bankb'), ['b-prod']],
    ['a person of a tenant with a provider, by another: nothing', person(['b-people'], 'banka'), []],
    ['a person of a tenant with a provider, by the pool itself: nothing', person(['b-people']), []],
    ['a person of the operator’s group: everything', person(['operators']), ['a-acc', 'a-prod', 'b-prod', 'own']],
    ['a person of a tenant’s group and one that nobody configured', person(['a-people', 'sales']), ['a-acc', 'a-prod']],
    ['a person of a tenant’s group and one called as objects are', person(['constructor', 'a-admins']), ['a-prod']],
    ['a person called like a client: nothing', person(['a']), []],
    ['a client called like a group: nothing', client('a-people'), []],
  ])('%s', (_, bearer, names) => {
    expect(readable(bearer)).toEqual(names);
  });
});

test('what a caller may read has another key for each owner, though the environments be the same', () => {
  const key = (bearer: TokenBearer) =>
    rightsOf(bearer, [USERS], { ...settings, environments: { 'a-prod': environment('bank-a') } }).key;
  expect(key(client('a'))).not.toBe(key(client('operator')));
  expect(key(client('a'))).toBe(key(person(['a-people'])));
});

describe('the owner of a caller', () => {
  test('is its tenant, null for the operator’s, and none for a client that is not configured', () => {
    expect(ownerOf(client('a'), settings)).toBe('bank-a');
    expect(ownerOf(client('operator'), settings)).toBeNull();
    expect(ownerOf(client('constructor'), settings)).toBeUndefined();
  });

  test('is its tenant where nothing says by which provider the tenant’s people come', () => {
    expect(ownerOf(person(['a-people']), { callers: settings.callers })).toBe('bank-a');
  });
});

describe('the provider by which a person came', () => {
  test('stands before the first underscore of the user name, in lower case', () => {
    expect(providerOf('BankB_jan.smit@example.com')).toBe('bankb');
    expect(providerOf('BankB_jan_smit')).toBe('bankb');
    expect(providerOf('BankB_')).toBe('bankb');
  });

  test('is none where the user name is the pool’s own, or no text', () => {
    for (const username of ['6b1f0f5e-1111-4222-8333-444455556666', 'bankb', '', undefined, 7, ['BankB_jan']]) {
      expect(providerOf(username)).toBeNull();
    }
  });
});

describe('the auditor of grants', () => {
  const shown = async (bearer: TokenBearer) => {
    const { environments } = rightsOf(bearer, [USERS], settings);
    const { body } = await grants({ environments, limit: 100, position: null }, { callers: settings.callers });
    return body.grants.map((grant) => [grant.caller, grant.environments]);
  };

  test('of a tenant sees its callers and the operator’s, in its environments, and nobody of another', async () => {
    expect(await shown(client('b'))).toEqual([
      ['astray', ['b-prod']],
      ['b', ['b-prod']],
      ['operator', ['b-prod']],
      ['b-people', ['b-prod']],
      ['operators', ['b-prod']],
    ]);
  });

  test('of the operator sees each caller with what it may really read', async () => {
    const all = new Map((await shown(client('operator'))) as [string, string[]][]);
    expect(all.get('a')).toEqual(['a-acc', 'a-prod']);
    expect(all.get('astray')).toEqual(['b-prod']);
    expect(all.get('operator')).toEqual(['a-acc', 'a-prod', 'b-prod', 'own']);
  });
});

test('settings with tenants in which something belongs to nobody are refused at start', () => {
  const whole = {
    ...{ configuration_version: '1', version: '1', stage: 'banks', region: 'eu-west-1', base_address: null },
    ...settings,
    recording: null,
    limits: { database_connections_per_instance: 1, reason_required: false },
  };
  expect(parseSettings(JSON.stringify(whole)).tenants).toBeDefined();
  const { tenant: _, ...ownerless } = environment('bank-a');
  const environments = { ...whole.environments, 'a-prod': ownerless };
  expect(() => parseSettings(JSON.stringify({ ...whole, environments }))).toThrow(/belongs to nobody/);
  const { tenants: __, ...without } = { ...whole, environments };
  expect(() => parseSettings(JSON.stringify(without))).not.toThrow();
});
