/** One tenant's callers at the running Airflow gateway, with entries that name everything, before what is another's. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallOptions, Reply } from '../end-to-end/airflow-gateway-client.ts';
import { instanceKeys } from '../end-to-end/airflow-gateway-roles.ts';
import { BANKS, type GatewaySystem, renew, sharedGatewaySystem } from '../end-to-end/airflow-gateway-system.ts';

/** Whoever calls for a bank, by one of the ways in. */
interface BankCaller {
  name: string;
  call(environment: string, rest: string, options?: CallOptions): Promise<Reply>;
}

let system: GatewaySystem;
let callers: Record<(typeof BANKS)[number], BankCaller[]>;

beforeAll(async () => {
  system = await sharedGatewaySystem();
  callers = { 'bank-a': await callersOf('bank-a'), 'bank-b': await callersOf('bank-b') };
}, 300_000);
beforeEach(() => renew(system));

async function callersOf(bank: string): Promise<BankCaller[]> {
  const byToken = (name: string, token: string): BankCaller => ({
    name: `${bank}, ${name}`,
    call: (environment, rest, options) => system.call(`/airflow/${environment}${rest}`, { ...options, token }),
  });
  const keys = instanceKeys(system, `${bank}-batch`);
  return [
    byToken('client', await system.token({ client: `${bank}-client` })),
    byToken('person', await system.token({ person: `${bank}-people` })),
    byToken('job', await system.jobToken({ project_path: `${bank}/etl` })),
    {
      name: `${bank}, role`,
      call: (environment, rest, options) => system.signed(`/iam/${environment}${rest}`, keys, options),
    },
  ];
}

const START: CallOptions = { method: 'POST', body: '{}' };
/** Something of each kind that the gateway lets through, and something that it never does. */
const QUESTIONS: [string, CallOptions?][] = [
  ['/dags'],
  ['/dags/etl_daily/dagRuns/x/taskInstances/load/logs/1'],
  ['/dags/etl_daily/dagRuns', START],
  ['/variables'],
];

/** What differs from one request to the next, and the name that was asked for. */
const told = ({ status, text }: Reply, environment: string) =>
  `${status} ${text.replaceAll(/"request_id":"[^"]*"/g, '').replaceAll(environment, 'it')}`;

describe.each(BANKS)('callers of %s', (bank) => {
  const other = BANKS.find((name) => name !== bank) ?? '';

  test('read and start at the Airflow of their tenant', async () => {
    for (const { name, call } of callers[bank]) {
      const statuses = [await call(`${bank}-etl`, '/dags'), await call(`${bank}-etl`, '/dags/any/dagRuns', START)];
      expect([name, ...statuses.map(({ status }) => status)]).toEqual([name, 200, 200]);
    }
    expect(new Set(system.calls.map(({ environment }) => environment))).toEqual(new Set([`${bank}-etl`]));
  });

  test('are told of another’s Airflow, and of the operator’s, what they are told of one that is not there', async () => {
    for (const { name, call } of callers[bank]) {
      for (const [rest, options] of QUESTIONS) {
        const nowhere = await call('nowhere', rest, options);
        expect([name, nowhere.status]).toEqual([name, /role/.test(name) ? 403 : 404]);
        for (const environment of [`${other}-etl`, 'etl-prod', `${bank}-etl%2f..%2f${other}-etl`]) {
          const reply = await call(environment, rest, options);
          expect([name, told(reply, environment)]).toEqual([name, told(nowhere, 'nowhere')]);
        }
      }
    }
    expect(system.calls).toEqual([]);
  });

  test('are no other’s for a header or a claim that says so', async () => {
    const headers = { 'x-tenant': other, 'x-mrt-tenant': other, 'x-spiffe-id': `spiffe://mrt.local/tenant/${other}` };
    for (const { name, call } of callers[bank]) {
      const { status } = await call(`${other}-etl`, '/dags', { headers });
      expect([name, status]).toEqual([name, /role/.test(name) ? 403 : 404]);
    }
    const claims = { tenant: other, 'custom:tenant': other, username: `${other}_somebody` };
    const token = await system.token({ client: `${bank}-client`, claims });
    expect((await system.call(`/airflow/${other}-etl/dags`, { token })).status).toBe(404);
    expect(system.calls).toEqual([]);
  });
});

test('a person in groups of two tenants, or of a tenant and the operator, has nothing at any Airflow', async () => {
  for (const second of ['bank-b-people', 'operators']) {
    const claims = { 'cognito:groups': ['bank-a-people', second] };
    const token = await system.token({ person: 'bank-a-people', claims });
    for (const environment of ['bank-a-etl', 'bank-b-etl', 'etl-prod']) {
      expect((await system.call(`/airflow/${environment}/dags`, { token })).status).toBe(404);
    }
  }
  expect(system.calls).toEqual([]);
});
