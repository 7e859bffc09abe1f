import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configJsonSchema } from '../../config/json-schema.ts';
import { readConfig } from '../../config/read.ts';
import type { ConfigInput } from '../../config/schema.ts';
import { faults } from './faults.ts';

const folder = new URL('../../config/', import.meta.url);

describe('configurations of the project', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'schema.json');

  test.each(files)('%s is valid', (file) => {
    expect(readConfig(new URL(file, folder).pathname).schema_version).toBe(1);
  });

  test('are documented field by field', () => {
    const pages = [
      'deploy.md',
      'options.md',
      'recovery.md',
      'evidence.md',
      'airflow.md',
      'airflow-gateway.md',
      'tenants.md',
      'agents.md',
      'inventory.md',
    ].map((page) => new URL(`../../docs/${page}`, import.meta.url));
    const text = pages.map((page) => readFileSync(page, 'utf8')).join('');
    const documented = new Set(
      [...text.matchAll(/`([a-z0-9_.<>$|]+)`/g)].flatMap(([, field = '']) => field.split(/[.<>|]/)),
    );
    const missing = [...fieldsOf(configJsonSchema())].filter((field) => !documented.has(field));
    expect(missing).toEqual([]);
  });
});

/** Names of all properties of a JSON Schema. */
function fieldsOf(schema: unknown, names = new Set<string>()): Set<string> {
  if (schema === null || typeof schema !== 'object') return names;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') for (const name of Object.keys(value)) names.add(name);
    fieldsOf(value, names);
  }
  return names;
}

describe('a mistake is named with the path of its field and what was expected', () => {
  test('a missing field', () => {
    expect(faults((config) => Reflect.deleteProperty(config, 'region'))).toEqual(['region: is required']);
  });

  test('an unknown field, such as a misspelt one', () => {
    expect(faults((config) => Object.assign(config, { databses: {} }))).toEqual([
      'databses: is no field of the configuration',
    ]);
  });

  test.each<[string, (config: ConfigInput) => void, string]>([
    ['a wrong account', (config) => Object.assign(config, { account: '12' }), 'account: must be the 12 digits'],
    [
      'a resource id of no kind',
      (config) => Object.assign(config.databases['sales'] ?? {}, { resource_id: 'sales' }),
      'databases.sales.resource_id: must be db-…, cluster-… (Aurora) or prx-… (RDS Proxy)',
    ],
    [
      'a key that would be a pattern in a policy',
      (config) => Object.assign(config.environments['shop-acc']?.buckets?.[0] ?? {}, { prefix: 'shop*' }),
      'environments.shop-acc.buckets.0.prefix: must not hold *',
    ],
    [
      'a key that IAM could not spell',
      (config) => Object.assign(config.environments['shop-acc']?.buckets?.[0] ?? {}, { prefix: 'заказы/' }),
      'environments.shop-acc.buckets.0.prefix: must hold no sign past ÿ',
    ],
    [
      'a scope that does not exist',
      (config) => Object.assign(config.callers.clients['monitoring'] ?? {}, { scopes: ['mrt/users.write'] }),
      'callers.clients.monitoring.scopes.0: ',
    ],
    [
      'an entry that is more than a label',
      (config) =>
        Object.assign(config.callers.clients['monitoring'] ?? {}, { environments: ['stage:p*', 'stage:prod:x'] }),
      'callers.clients.monitoring.environments.1: a label is key:value, and neither holds a colon',
    ],
    [
      'a network of no kind',
      (config) => Object.assign(config.network, { vpc: 'other' }),
      'network.vpc: must be an object with vpc "existing" or "new"',
    ],
    [
      'people left out',
      (config) => Reflect.deleteProperty(config, 'people'),
      'people: is required: "off" or { callback_urls, logout_urls }',
    ],
    [
      'a domain left out',
      (config) => Reflect.deleteProperty(config, 'domain'),
      'domain: is required: "off" or { dns_domain, hosted_zone_id }',
    ],
    [
      'a word that a choice does not have',
      (config) => Object.assign(config, { cors: 'on' }),
      'cors: must be "off" or { origins }',
    ],
    [
      'a fault inside the object of a choice',
      (config) =>
        Object.assign(config, {
          people: { callback_urls: ['http://example.com'], logout_urls: ['https://x.example'] },
        }),
      'people.callback_urls.0: must be an https address, or http on localhost',
    ],
    [
      'an endpoint by its id alone',
      (config) => Object.assign(config.network, { s3_endpoint: 'vpce-0a1b2c3d4e5f60718' }),
      'network.s3_endpoint: must be "create" or { "existing": "vpce-…" }',
    ],
    [
      'a name in capitals',
      (config) => Object.assign(config.environments, { 'HR-Prod': {} }),
      'environments.HR-Prod: a name is 1 to 40 of a-z, 0-9 and -, not starting with -',
    ],
    [
      'a text where a list belongs',
      (config) => Object.assign(config.observability ?? {}, { alarm_emails: 'operations@example.com' }),
      'observability.alarm_emails: must be a list [ … ]',
    ],
    [
      'a list with too much in it',
      (config) => Object.assign(config.observability ?? {}, { alarm_emails: Array(11).fill('operations@example.com') }),
      'observability.alarm_emails: must have 10 entries at most',
    ],
    [
      'an address that is none',
      (config) => Object.assign(config.observability ?? {}, { alarm_emails: ['operations'] }),
      'observability.alarm_emails.0: must be an e-mail address',
    ],
    [
      'a number out of range',
      (config) => Object.assign(config.databases['sales'] ?? {}, { port: 70_000 }),
      'databases.sales.port: must be 65535 at most',
    ],
    [
      'a number as text',
      (config) => Object.assign(config.databases['sales'] ?? {}, { port: '5432' }),
      'databases.sales.port: must be a number',
    ],
    [
      'a number with a fraction',
      (config) => Object.assign(config.databases['sales'] ?? {}, { port: 5432.5 }),
      'databases.sales.port: must be a whole number',
    ],
    [
      'a list without an entry',
      (config) => Object.assign(config.network, { availability_zones: ['eu-west-1a'] }),
      'network.availability_zones: must have 2 entries at least',
    ],
    [
      'a word that a field does not have',
      (config) => Object.assign(config.databases['sales'] ?? {}, { security_group_ingress: 'none' }),
      'databases.sales.security_group_ingress: must be "create" or "owner"',
    ],
  ])('%s', (_, change, expected) => {
    expect(faults(change)).toEqual([expect.stringContaining(expected)]);
  });

  test('a file that is no JSON, or not there', () => {
    expect(() => readConfig('/nonexistent/config.json')).toThrow(/\/nonexistent\/config\.json is not a valid/);
  });
});
