/** What the template gives the functions and the roles of tenants: each side names the other, and no more. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import { routes } from '../../../lambdas/routes.ts';
import { settingsOf } from '../../../lib/functions/settings.ts';
import { configFile, list, type Resource, routesOf, type Statement, templateOf } from '../template.ts';

const config = configFile('example-options');
const template = templateOf(config);
const roles = template.ofType('AWS::IAM::Role');
function rightsOnly(tenants: NonNullable<typeof config.tenants>) {
  return Object.fromEntries(
    Object.entries(tenants).map(([name, tenant]) => [name, { ...tenant, isolation: 'rights' as const }]),
  );
}
const named = (name: string): Resource => {
  const found = roles.find(([, { Properties }]) => Properties['RoleName'] === name);
  return found?.[1] ?? expect.unreachable(`no role ${name}`);
};
const TENANT_ROLE = 'arn:aws:iam::111122223333:role/mrt-full-tenant-logistics';
const tenantRole = named('mrt-full-tenant-logistics');
/** The same without a role of the tenant's. */
const byRights = templateOf({ ...config, tenants: rightsOnly(config.tenants ?? {}) });
const readers = ['bucket_size', 'table_size', 'users', 'micro_flow_constants', 'storage_audit'];
/** Those that read nothing else of this tenant, which has no Airflow. */
const ofTheRecord = ['metrics', 'airflow_health'];
const others = ['recorder', 'airflow_gateway', 'airflow_gateway_trigger'];
const idOf = (name: string) => `spiffe://mrt.full.example.com/function/full/${name}`;
const resourcesOf = (statements: Statement[]) => statements.flatMap(({ Resource }) => list(Resource)) as unknown[];
const tagsOf = ({ Properties }: Resource) =>
  Object.fromEntries((Properties['Tags'] ?? []).map(({ Key, Value }: Record<string, string>) => [Key, Value]));

describe('the role of a tenant', () => {
  test('is there for each tenant with isolation by roles, and for no other', () => {
    const names = roles.flatMap(([, { Properties }]) => Properties['RoleName'] ?? []);
    expect(names).toEqual(['mrt-full-tenant-logistics']);
  });

  test('reads what is the tenant’s and its part of the record, and nothing else', () => {
    const [inRecord, data] = ['Fn::Join', undefined].map((kind) =>
      resourcesOf(template.statementsOf(tenantRole)).filter(
        (one) => (typeof one === 'string') === (kind === undefined),
      ),
    ) as [object[], string[]];
    for (const one of inRecord)
      expect(JSON.stringify(one)).toMatch(/RecordBucket.*(tenants\/|history\/tenant=)logistics\/|"Arn"\]/);
    expect([...new Set(data)].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000001',
      'arn:aws:rds-db:eu-west-1:111122223333:dbuser:prx-0123456789abcdef0/mrt_logistics',
      'arn:aws:s3:::example-deployments/depot/prod/constants.json',
      'arn:aws:s3:::example-depot-files',
      'arn:aws:s3:::example-depot-files/*',
    ]);
  });

  test('lets each function do what that function needs, by the tag of its session', () => {
    const ofData = template.statementsOf(tenantRole).filter(({ Resource }) => typeof list(Resource)[0] === 'string');
    expect(ofData.length).toBeGreaterThan(3);
    for (const { Action, Condition } of ofData) {
      const { 'aws:PrincipalTag/tenant': tenant, 'aws:PrincipalTag/spiffe_id': ids } =
        Condition?.['StringEquals'] ?? {};
      expect(tenant).toBe('logistics');
      const isConnect = list(Action).includes('rds-db:connect');
      expect(list(ids as string | string[]).includes(idOf('users'))).toBe(isConnect);
      expect(list(ids as string | string[])).not.toContain(idOf('grants'));
    }
  });

  test('is assumed by the functions that read tenants, each under its own identity, with no other tag', () => {
    const [assume, tag, source] = tenantRole.Properties['AssumeRolePolicyDocument'].Statement;
    expect(assume).toMatchObject({
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Condition: {
        StringEquals: {
          'aws:RequestTag/tenant': 'logistics',
          'aws:RequestTag/spiffe_id': `${'$'}{aws:PrincipalTag/spiffe_id}`,
        },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant', 'spiffe_id'] },
        StringLike: { 'sts:RoleSessionName': 'mrt-full-*' },
      },
    });
    const trusted = assume.Condition.ArnEquals['aws:PrincipalArn'].map(
      (reference: { 'Fn::GetAtt': [string, string] }) => template.resources[reference['Fn::GetAtt'][0]],
    );
    expect(trusted).toEqual(expect.arrayContaining(readers.map((route) => template.roleOf(route))));
    expect(trusted).toHaveLength(readers.length + ofTheRecord.length + others.length);
    expect(tag.Action).toBe('sts:TagSession');
    expect(tag.Condition.StringEquals).toEqual(assume.Condition.StringEquals);
    expect(source).toMatchObject({
      Action: 'sts:SetSourceIdentity',
      Condition: { StringLike: { 'sts:SourceIdentity': 'mrt-full-*' } },
    });
  });

  test('stays within 2,048 characters of trust, with ARNs and names as long as they can be (IAM quotas)', () => {
    const text = JSON.stringify(tenantRole.Properties['AssumeRolePolicyDocument'])
      .replaceAll(/\{"Fn::GetAtt":[^}]*\}/g, JSON.stringify(`arn:aws:iam::111122223333:role/${'x'.repeat(64)}`))
      .replaceAll('logistics', 'x'.repeat(32))
      .replaceAll('mrt-full', `mrt-${'x'.repeat(20)}`);
    expect(text.length).toBeLessThanOrEqual(2048);
  });

  test('has sessions of an hour at most, as a chain of roles may last', () => {
    expect(tenantRole.Properties['MaxSessionDuration']).toBe(3600);
  });
});

describe('a function', () => {
  test.each(readers)('%s may read nothing of the tenant with its own role, and assume the tenant’s', (route) => {
    const statements = template.statementsOf(template.roleOf(route));
    const resources = JSON.stringify(resourcesOf(statements));
    expect(resources).not.toMatch(/depot|prx-0123456789abcdef0/);
    expect(resources).toContain(TENANT_ROLE);
    const assume = statements.find(({ Action }) => list(Action).includes('sts:AssumeRole'));
    expect(assume?.Condition).toEqual({
      StringEquals: { 'aws:RequestTag/spiffe_id': idOf(route) },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant', 'spiffe_id'] },
    });
    const source = statements.find(({ Action }) => list(Action).includes('sts:SetSourceIdentity'));
    expect(source?.Condition).toEqual({ StringEquals: { 'sts:SourceIdentity': `mrt-full-${route}` } });
    expect(tagsOf(template.roleOf(route))['spiffe_id']).toBe(idOf(route));
    expect(template.functionOf(route)[1].Properties['Environment'].Variables['MRT_SPIFFE_ID']).toBe(idOf(route));
  });

  test.each(readers)('%s reads every tenant with its own role where isolation is by rights alone', (route) => {
    expect(JSON.stringify(resourcesOf(byRights.statementsOf(byRights.roleOf(route))))).toMatch(
      /depot|prx-0123456789abcdef0/,
    );
    expect(byRights.text).not.toMatch(/-tenant-|MRT_SPIFFE_ID/);
  });

  test('that reads no tenant’s data has no way to a tenant’s role', () => {
    const rest = routesOf(template).filter(({ name }) => ![...readers, ...ofTheRecord].includes(name));
    expect(rest.length).toBeGreaterThan(2);
    for (const { name } of rest) {
      expect(JSON.stringify(template.statementsOf(template.roleOf(name)))).not.toContain('sts:');
      expect(tagsOf(template.roleOf(name))['spiffe_id']).toBeUndefined();
    }
  });

  test('reads a tenant without a role, and the operator’s, with its own', () => {
    const resources = JSON.stringify(resourcesOf(template.statementsOf(template.roleOf('users'))));
    expect(resources).toContain('dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/mrt_reader');
  });
});

describe('the way to STS', () => {
  const [, endpoint] = template
    .ofType('AWS::EC2::VPCEndpoint')
    .find(([, { Properties }]) => Properties['ServiceName'].endsWith('.sts')) ?? ['', null];

  test('lets through the assuming of tenants’ roles by the functions, and nothing else', () => {
    const [allow, deny] = endpoint?.Properties['PolicyDocument'].Statement ?? [];
    expect(allow).toMatchObject({
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Resource: 'arn:aws:iam::111122223333:role/mrt-full-tenant-*',
    });
    expect(deny.Condition.ArnNotEquals['aws:PrincipalArn']).toHaveLength(
      readers.length + ofTheRecord.length + others.length,
    );
  });

  test('is one that exists, where the VPC has it', () => {
    const network = config.network as Extract<typeof config.network, { vpc: 'existing' }>;
    const interface_endpoints = {
      ...network.interface_endpoints,
      sts: { existing: 'vpce-0a1b2c3d4e5f60719', security_group: 'sg-0a1b2c3d4e5f60719' },
    };
    const existing = templateOf({ ...config, network: { ...network, interface_endpoints } });
    const services = existing.ofType('AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties['ServiceName']);
    expect(services.filter((service) => service.endsWith('.sts'))).toEqual([]);
    expect(existing.text).toContain('sg-0a1b2c3d4e5f60719');
  });
});

describe('what a function is told', () => {
  const told = (change: (changed: typeof config) => void = () => undefined) => {
    const changed = structuredClone(config);
    change(changed);
    const users = routes.find(({ name }) => name === 'users') ?? expect.unreachable();
    return settingsOf(users, parseConfig(changed), routes);
  };

  test('is by whose session a tenant’s database is read, as which role, and whose everything is', () => {
    const { environments, callers } = told();
    expect(environments['portal-prod']).toMatchObject({
      tenant: 'logistics',
      database: { user: 'mrt_logistics', reader: { tenant: 'logistics', role: TENANT_ROLE } },
    });
    expect(environments['shop-prod']).toMatchObject({ tenant: 'sales', database: { user: 'mrt_reader' } });
    expect(environments['shop-prod']?.database?.reader).toBeUndefined();
    expect(callers.clients['monitoring']?.tenant).toBeNull();
    expect(callers.groups['depot-owners']?.tenant).toBe('logistics');
  });

  test('has a version for each tenant, which another’s environments and callers do not change', () => {
    const before = told();
    const after = told((changed) => {
      Object.assign(changed.environments['portal-prod']?.labels ?? {}, { site: 'north' });
      Object.assign(changed.callers.groups?.['depot-owners'] ?? {}, { environments: ['portal-prod'] });
    });
    const versions =
      ({ tenants = {} }: typeof before) =>
      (tenant: string) =>
        tenants[tenant]?.configuration_version;
    expect(versions(after)('sales')).toBe(versions(before)('sales'));
    expect(versions(after)('logistics')).not.toBe(versions(before)('logistics'));
    expect(after.configuration_version).not.toBe(before.configuration_version);
  });

  test('changes for every tenant with a caller of the operator, who may read them all', () => {
    const after = told((changed) =>
      Object.assign(changed.callers.clients['monitoring'] ?? {}, { scopes: ['mrt/users.read'] }),
    );
    expect(after.tenants?.['sales']?.configuration_version).not.toBe(told().tenants?.['sales']?.configuration_version);
  });
});
