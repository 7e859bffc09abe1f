/** A stage with tenants: everything has one owner, and a slip that would let one into another's stops synthesis. */
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../config/schema.ts';
import { faults } from './faults.ts';

type Tenant = NonNullable<ConfigInput['tenants']>[string];
type Change = (config: ConfigInput, tenants: { sales: Tenant; logistics: Tenant }) => void;

/** The worked example as a stage of two tenants and their operator. */
function faultsOf(change: Change): readonly string[] {
  return faults((config: ConfigInput) => {
    const sales: Tenant = {
      environments: ['team:sales'],
      callers: { clients: ['sales-reporting'], groups: ['shop-owners'] },
      isolation: 'roles',
    };
    const logistics: Tenant = { environments: ['depot-prod', 'portal-*'], isolation: 'roles' };
    config.trust_domain = 'mrt.example.com';
    config.tenants = { sales, logistics };
    config.operator = { callers: { clients: ['monitoring'], groups: ['operators'] } };
    Object.assign(config.environments['depot-prod'] ?? {}, { buckets: [{ bucket: 'example-depot-files' }] });
    change(config, { sales, logistics });
  });
}

const group = (config: ConfigInput, name: string, environments: string[]) => {
  config.callers.groups = { ...config.callers.groups, [name]: { scopes: ['mrt/users.read'], environments } };
};
const provider = (groups: Record<string, string>) => ({
  ...{ type: 'oidc' as const, issuer: 'https://login.example.com', client_id: 'mrt', groups_claim: 'groups', groups },
  client_secret_arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:mrt/login-AbCdEf',
});
const providers = (config: ConfigInput, all: Record<string, ReturnType<typeof provider>>) =>
  Object.assign(config.people, { providers: all, password_sign_in: true });

test('two tenants and an operator, where each thing has one owner, are sound', () => {
  expect(faultsOf(() => undefined)).toEqual([]);
});

test('a configuration without tenants needs none of it', () => {
  expect(faults(() => undefined)).toEqual([]);
});

describe('what has no owner, or two, is named', () => {
  test.each<[string, Change, string]>([
    [
      'an environment of nobody',
      (_, { logistics }) => Object.assign(logistics, { environments: ['depot-prod'] }),
      'environments.portal-prod: belongs to nobody; name it in tenants.<name>.environments or operator.environments',
    ],
    [
      'an environment that two patterns select',
      (_, { logistics }) => Object.assign(logistics, { environments: ['depot-prod', 'p*', 'crm-*'] }),
      'environments.crm-prod: belongs to sales and logistics, and may have one owner only',
    ],
    [
      'an environment of a tenant and of the operator',
      (config) => Object.assign(config.operator ?? {}, { environments: ['crm-prod'] }),
      'environments.crm-prod: belongs to sales and operator, and may have one owner only',
    ],
    [
      'a client of nobody',
      (_, { sales }) => Object.assign(sales, { callers: { groups: ['shop-owners'] } }),
      'callers.clients.sales-reporting: belongs to nobody; name it in tenants.<name>.callers.clients or operator.callers.clients',
    ],
    [
      'a group of two tenants',
      (_, { logistics }) => Object.assign(logistics, { callers: { groups: ['shop-owners'] } }),
      'callers.groups.shop-owners: belongs to sales and logistics, and may have one owner only',
    ],
  ])('%s', (_, change, fault) => {
    expect(faultsOf(change)).toContain(fault);
  });
});

describe('what points nowhere is named', () => {
  test.each<[string, Change, string]>([
    [
      'a selector of a tenant',
      (_, { logistics }) => Object.assign(logistics, { environments: ['depot-prod', 'portal-*', 'team:nobody'] }),
      'tenants.logistics.environments.2: team:nobody is no environment, pattern or label of one',
    ],
    [
      'a client of a tenant',
      (_, { logistics }) => Object.assign(logistics, { callers: { clients: ['gone'] } }),
      'tenants.logistics.callers.clients.0: callers.clients has no gone',
    ],
    [
      'a provider of a tenant',
      (_, { sales }) => Object.assign(sales, { provider: 'Gone' }),
      'tenants.sales.provider: people.providers has no Gone',
    ],
    [
      'an operator without tenants',
      (config) => Reflect.deleteProperty(config, 'tenants'),
      'operator: goes with tenants',
    ],
    ['no trust domain', (config) => Reflect.deleteProperty(config, 'trust_domain'), 'trust_domain: is required'],
    [
      'a trust domain in capitals',
      (config) => Object.assign(config, { trust_domain: 'MRT.example.com' }),
      'trust_domain: must be of a-z',
    ],
    [
      'a trust domain that no tag of a session has room for',
      (config) => Object.assign(config, { trust_domain: 'a'.repeat(181) }),
      'trust_domain',
    ],
    [
      'a tenant called operator',
      (config, { sales }) => Object.assign(config.tenants ?? {}, { operator: sales }),
      'tenants.operator',
    ],
    [
      'a tag that STS knows the functions by',
      (config) => Object.assign(config, { tags: { ...config.tags, spiffe_id: 'x' } }),
      'tags.spiffe_id: with tenants the stack sets it',
    ],
  ])('%s', (_, change, fault) => {
    expect(faultsOf(change).join('\n')).toContain(fault);
  });
});

describe('a caller of a tenant', () => {
  test.each([['shop-prod'], ['*'], ['team:sales'], ['shop-*']])("may name %s, which is its tenant's", (selector) => {
    expect(faultsOf((config) => group(config, 'shop-owners', [selector]))).toEqual([]);
  });

  test.each([['depot-prod'], ['team:logistics'], ['portal-*']])("may not name %s, which is another's", (selector) => {
    expect(faultsOf((config) => group(config, 'shop-owners', [selector]))).toEqual([
      `callers.groups.shop-owners.environments.0: ${selector} is no environment of sales, whose caller this is`,
    ]);
  });

  test('of the operator may name all of them', () => {
    expect(faultsOf((config) => group(config, 'operators', ['depot-prod', 'team:sales']))).toEqual([]);
  });
});

describe('a sign-in provider', () => {
  const own: Change = (config, { sales }) => {
    sales.provider = 'Sales';
    providers(config, { Sales: provider({ owners: 'shop-owners' }), Company: provider({ ops: 'operators' }) });
  };

  test('of a tenant gives groups of that tenant', () => {
    expect(faultsOf(own)).toEqual([]);
  });

  test.each<[string, Change, string]>([
    [
      "may not give the operator's",
      (config) => providers(config, { Sales: provider({ owners: 'operators' }) }),
      'people.providers.Sales.groups.owners: operators is a group of the operator, and the provider of sales decides over its own alone',
    ],
    [
      'of the operator may not give those of a tenant with a provider',
      (config) =>
        providers(config, { Sales: provider({ owners: 'shop-owners' }), Company: provider({ o: 'shop-owners' }) }),
      'people.providers.Company.groups.o: shop-owners is a group of sales, which has a provider of its own',
    ],
    [
      'may not be that of two tenants',
      (_, { logistics }) => Object.assign(logistics, { provider: 'Sales' }),
      'tenants.logistics.provider: Sales is the provider of sales',
    ],
    [
      'may not differ from another by case alone, as names of people begin with it',
      (config) => providers(config, { Sales: provider({ o: 'shop-owners' }), SALES: provider({ o: 'operators' }) }),
      'tenants.sales.provider: Sales and SALES differ by case alone',
    ],
  ])('%s', (_, change, fault) => {
    const both: Change = (config, tenants) => {
      own(config, tenants);
      change(config, tenants);
    };
    expect(faultsOf(both)).toContain(fault);
  });
});

describe('data of two owners is refused', () => {
  const files = (config: ConfigInput, bucket: string, prefix?: string) =>
    Object.assign(config.environments['depot-prod'] ?? {}, {
      buckets: [{ bucket, ...(prefix !== undefined && { prefix }) }],
    });

  test.each<[string, Change, string]>([
    [
      'a bucket that another has whole',
      (config) => files(config, 'example-shop-prod-files'),
      'environments.depot-prod.buckets.0: example-shop-prod-files is read by sales too, by environments.shop-prod.buckets.0',
    ],
    [
      "a prefix that begins another's",
      (config) => files(config, 'example-shared-files', 'crm'),
      'environments.depot-prod.buckets.0: example-shared-files below crm is read by sales too, by environments.crm-prod.buckets.0',
    ],
    [
      'another prefix of a bucket, whose unfinished uploads IAM cannot tell apart',
      (config) => files(config, 'example-shared-files', 'depot-'),
      'environments.depot-prod.buckets.0.bucket: example-shared-files has files of sales and of logistics; a tenant with isolation "roles" has buckets of its own',
    ],
    [
      'the archive of another',
      (config) =>
        Object.assign(config.environments['depot-prod']?.constants ?? {}, {
          archive: { name: 'depot', format: 'mda', bucket: 'example-deployments', prefix: 'shop/' },
        }),
      'environments.depot-prod.constants.archive: example-deployments below shop/ is read by sales too, by environments.shop-prod.constants.archive',
    ],
    [
      'the database of another',
      (config) =>
        Object.assign(config.environments['portal-prod']?.database ?? {}, { server: 'sales', name: 'crm_prod' }),
      "environments.portal-prod.database: crm_prod is sales's too",
    ],
    [
      'the database role of another on the same server',
      (config) => Object.assign(config.environments['portal-prod']?.database ?? {}, { server: 'sales' }),
      'would all log in to db-ABCDEFGHIJKLMNOPQRSTUVWXYZ as mrt_reader; give each tenant with isolation "roles" its own',
    ],
  ])('%s', (_, change, fault) => {
    expect(faultsOf(change).join('\n')).toContain(fault);
  });

  test('but not another prefix where IAM does not keep them apart, nor another role on one server', () => {
    const rights: Change = (config, { sales, logistics }) => {
      Object.assign(sales, { isolation: 'rights' });
      Object.assign(logistics, { isolation: 'rights' });
      files(config, 'example-shared-files', 'depot-');
    };
    expect(faultsOf(rights)).toEqual([]);
    const users: Change = (config, { logistics }) => {
      logistics.database_user = 'mrt_logistics';
      Object.assign(config.environments['portal-prod']?.database ?? {}, { server: 'sales' });
    };
    expect(faultsOf(users)).toEqual([]);
  });
});
