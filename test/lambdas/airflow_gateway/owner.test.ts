import { expect, test } from 'vitest';
import type { Caller } from '../../../lambdas/airflow_gateway/caller.ts';
import { identityOf, ownerOfCaller } from '../../../lambdas/airflow_gateway/owner.ts';
import type { GatewayEntry, GatewaySettings } from '../../../lambdas/airflow_gateway/settings.ts';
import { settings } from './settings.ts';

const entry = (tenant: string | null): GatewayEntry => ({ scopes: [], environments: [], dags: [], tenant });
const owned: GatewaySettings = {
  ...settings,
  trust_domain: 'mrt.example.com',
  tenants: { 'bank-a': { provider: null }, 'bank-b': { provider: null } },
  callers: {
    clients: { reports: entry('bank-a'), monitoring: entry(null) },
    groups: { people: entry('bank-a'), others: entry('bank-b') },
    pipelines: { 'etl-a': entry('bank-a'), 'load-a': entry('bank-a'), 'etl-b': entry('bank-b') },
    roles: { batch: entry('bank-b') },
  },
};
const caller = (kind: Caller['kind'], entries: string[], principal = ''): Caller => {
  return { kind, entries, principal, detail: null, scopes: null, provider: null };
};

test.each<[Caller, object]>([
  [
    caller('clients', ['reports']),
    { spiffe_id: 'spiffe://mrt.example.com/tenant/bank-a/client/reports', tenant: 'bank-a' },
  ],
  [caller('clients', ['monitoring']), { spiffe_id: 'spiffe://mrt.example.com/operator/client/monitoring' }],
  [
    caller('groups', ['people'], 'person:6b1f0f5e'),
    { spiffe_id: 'spiffe://mrt.example.com/tenant/bank-a/user/6b1f0f5e', tenant: 'bank-a' },
  ],
  [
    caller('pipelines', ['etl-b']),
    { spiffe_id: 'spiffe://mrt.example.com/tenant/bank-b/pipeline/etl-b', tenant: 'bank-b' },
  ],
  [caller('roles', ['batch']), { spiffe_id: 'spiffe://mrt.example.com/tenant/bank-b/role/batch', tenant: 'bank-b' }],
])('a caller has the name of its kind, below its owner: %o', (one, identity) => {
  expect(identityOf(one, owned)).toEqual(identity);
});

test('a job in two pipelines of one tenant is the tenant’s, and has no one ID', () => {
  expect(identityOf(caller('pipelines', ['etl-a', 'load-a']), owned)).toEqual({ tenant: 'bank-a' });
});

test.each([
  caller('pipelines', ['etl-a', 'etl-b']),
  caller('groups', ['people', 'others'], 'person:6b1f0f5e'),
  caller('roles', ['constructor']),
])('who is in entries of two owners, or in none, is nobody’s: %o', (one) => {
  expect(ownerOfCaller(one, owned)).toBeUndefined();
  expect(identityOf(one, owned)).toEqual({});
});

test('nobody has an ID without a trust domain, and all are the operator’s without tenants', () => {
  expect(identityOf(caller('roles', ['batch']), settings)).toEqual({});
  const { tenants: _, ...undivided } = { ...settings, trust_domain: 'mrt.example.com', tenants: undefined };
  expect(identityOf(caller('roles', ['batch']), undivided)).toEqual({
    spiffe_id: 'spiffe://mrt.example.com/operator/role/batch',
  });
});
