/**
 * What the sessions of two banks' roles reach of each other, by the template's own policies as IAM evaluates them: for what the
 * local stage of the banks does not run, their Airflows' secrets and their inventory reports, and for every part of the record.
 */

import { Iam, type Principal } from '@mrt/local-aws/iam/iam.ts';
import type { PolicyDocument } from '@mrt/local-aws/iam/policy.ts';
import { temporaryKeys } from '@mrt/local-aws/iam/temporary-keys.ts';
import { expect, test } from 'vitest';
import type { ConfigInput } from '../../config/schema.ts';
import { changesKey, historyKey, latestKey } from '../../lambdas/record/layout.ts';
import { configFile, type Resource, templateOf } from '../lib/template.ts';
import { BANKS, type Bank, environmentOf, otherBank } from './banks.ts';

const secretOf = (bank: string) => `arn:aws:secretsmanager:eu-west-1:000000000000:secret:${bank}-airflow-AbCdEf`;

/** The two banks, each with an Airflow of its own and a report of its bucket. */
function config(): ConfigInput {
  const banks = configFile('banks');
  for (const bank of BANKS) {
    const airflow = { base_url: `https://airflow.${bank}.example.com`, token: { secret_arn: secretOf(bank) } };
    const web_server = { cidr: '10.60.0.0/24' };
    Object.assign(banks.environments[environmentOf(bank)] ?? {}, { airflow: { ...airflow, web_server } });
  }
  const report = { bucket: 'bank-inventories', id: 'daily' };
  return { ...banks, inventory: { buckets: { 'bank-a-files': report, 'bank-b-files': report } } };
}

const template = templateOf(config());
const iam = new Iam('eu-west-1');

/** A template's texts as they are once it is deployed, with logical ids for names. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (value === null || typeof value !== 'object') return value;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, [string, unknown[]]>;
  if (attribute !== undefined) return `arn:aws:s3:::${attribute[0]}`;
  if (join !== undefined) return (resolved(join[1]) as string[]).join(join[0]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
}

const policiesOf = (role: Resource) => [
  { Version: '2012-10-17', Statement: resolved(template.statementsOf(role)) } as unknown as PolicyDocument,
];

function principal(role: Resource, name: string, tags: Record<string, string> | null): Principal {
  const session = { expires: Date.now() + 3_600_000, transitive: [], sourceIdentity: null, policies: [] };
  return {
    ...{ name, roleArn: `arn:aws:iam::000000000000:role/${name}`, policies: policiesOf(role), inVpc: false },
    ...(tags !== null && { session: { ...session, tags } }),
    ...temporaryKeys(),
  };
}

/** A function with its own role. */
const own = (route: string) => principal(template.roleOf(route), route, null);

/** The session of a bank's role that a function has assumed. */
function session(route: string, bank: Bank): Principal {
  const name = `mrt-banks-tenant-${bank}`;
  const [, role] =
    template.ofType('AWS::IAM::Role').find(([, { Properties }]) => Properties['RoleName'] === name) ??
    expect.unreachable(name);
  return principal(role, name, { tenant: bank, spiffe_id: `spiffe://mrt.local/function/banks/${route}` });
}

/** One thing of a bank, and the function that has a use for it. */
interface Thing {
  what: string;
  route: string;
  action: string;
  of(bank: Bank): string;
  context?: Record<string, string | string[]>;
}

const athena = { 'aws:CalledVia': ['athena.amazonaws.com'] };
const record = (key: string) => `arn:aws:s3:::RecordBucket/${key}`;
const region = 'eu-west-1:000000000000';
const tables: Record<Bank, string> = { 'bank-a': 'bank_a_files', 'bank-b': 'bank_b_files' };
const tableOf = (bank: Bank) =>
  new RegExp(`table/mrt_banks_inventory/${tables[bank]}_[0-9a-f]{8}`).exec(template.text)?.[0] ?? expect.unreachable();

const THINGS: readonly Thing[] = [
  ...['bucket_size', 'table_size', 'users', 'micro_flow_constants', 'storage_audit', 'metrics', 'airflow_health'].map(
    (route) => ({
      ...{ what: `newest figures of ${route}`, route, action: 's3:GetObject' },
      of: (bank: Bank) => record(latestKey(route, bank)),
    }),
  ),
  ...['table_size', 'users', 'micro_flow_constants'].map((route) => ({
    ...{ what: `history of ${route}`, route, action: 's3:GetObject' },
    of: (bank: Bank) => record(historyKey(route, environmentOf(bank), '2026-11', bank)),
  })),
  {
    ...{ what: 'changes of constants', route: 'micro_flow_constants', action: 's3:GetObject' },
    of: (bank) => record(changesKey(environmentOf(bank), bank)),
  },
  {
    ...{ what: 'secret of its Airflow', route: 'airflow_health', action: 'secretsmanager:GetSecretValue' },
    of: secretOf,
  },
  {
    ...{ what: 'workgroup of its reports', route: 'bucket_size', action: 'athena:StartQueryExecution' },
    of: (bank) => `arn:aws:athena:${region}:workgroup/mrt-banks-inventory-${bank}`,
  },
  {
    ...{ what: 'table of its reports', route: 'bucket_size', action: 'glue:GetTable', context: athena },
    of: (bank) => `arn:aws:glue:${region}:${tableOf(bank)}`,
  },
  {
    ...{ what: 'manifest of its reports', route: 'bucket_size', action: 's3:GetObject' },
    of: (bank) => `arn:aws:s3:::bank-inventories/${bank}-files/daily/2026-11-26T01-00Z/manifest.json`,
  },
  {
    ...{ what: 'files of its reports', route: 'bucket_size', action: 's3:GetObject', context: athena },
    of: (bank) => `arn:aws:s3:::bank-inventories/${bank}-files/daily/data/part.parquet`,
  },
  {
    ...{ what: 'answers about its reports', route: 'bucket_size', action: 's3:GetObject', context: athena },
    of: (bank) => `arn:aws:s3:::mrt-banks-inventory-000000000000-eu-west-1/totals/tenants/${bank}/0a1b.csv`,
  },
  {
    ...{ what: 'workgroup of its audits', route: 'storage_audit', action: 'athena:StartQueryExecution' },
    of: (bank) => `arn:aws:athena:${region}:workgroup/mrt-banks-audit-inventory-${bank}`,
  },
  {
    ...{ what: 'keys out of its reports', route: 'storage_audit', action: 's3:GetObject' },
    of: (bank) => `arn:aws:s3:::mrt-banks-inventory-000000000000-eu-west-1/keys/tenants/${bank}/0a1b.csv`,
  },
];

const may = (who: Principal, { action, context = {} }: Thing, arn: string) =>
  iam.decide(who, action, arn, context).allowed;

test.each(THINGS)('$what of a bank: a session of that bank alone reaches it, for that function alone', (thing) => {
  const { route, of } = thing;
  const stranger = route === 'users' ? 'table_size' : 'users';
  for (const bank of BANKS) {
    expect(may(session(route, bank), thing, of(bank))).toBe(true);
    expect(may(session(route, bank), thing, of(otherBank(bank)))).toBe(false);
    expect(may(session(stranger, bank), thing, of(bank))).toBe(false);
    expect(may(own(route), thing, of(bank))).toBe(false);
  }
});

test('no role of the stage but the recorder’s and the banks’ own can list or read anything of their parts of the record', () => {
  const roles = template
    .ofType('AWS::IAM::Role')
    .filter(([id, { Properties }]) => !id.startsWith('Recorder') && Properties['RoleName'] === undefined);
  expect(roles.length).toBeGreaterThan(8);
  for (const [id, role] of roles) {
    const who = principal(role, id, null);
    for (const prefix of [
      '',
      'tenants/',
      'tenants/bank-a/changes/',
      'history/',
      'history/tenant=bank-a/route=users/',
    ]) {
      const asked = iam.decide(who, 's3:ListBucket', 'arn:aws:s3:::RecordBucket', { 's3:prefix': prefix });
      expect([id, prefix, asked.allowed]).toEqual([id, prefix, false]);
    }
  }
});

test('a policy of a role, which holds the record, stays within IAM’s 10,240 characters with the longest names', () => {
  for (const [, { Properties }] of template.ofType('AWS::IAM::Role')) {
    if (Properties['RoleName'] === undefined) continue;
    const text = JSON.stringify(resolved(Properties['Policies']))
      .replaceAll('RecordBucket', 'x'.repeat(63))
      .replaceAll(/spiffe:\/\/mrt\.local\/function\/banks/g, `spiffe://${'x'.repeat(180)}/function/${'x'.repeat(20)}`)
      .replaceAll(/bank-[ab]/g, 'x'.repeat(32));
    expect(text.length).toBeLessThanOrEqual(10_240);
  }
});
