/** The statements of each need by themselves, for worlds that no example configuration has. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import type { Config } from '../../config/schema.ts';
import type { Need } from '../../lambdas/contract.ts';
import { objectStatements } from '../../lib/network/endpoint-policy.ts';
import { ACTIONS_OF_NEED } from '../../lib/permissions/declared-actions.ts';
import { needStatements } from '../../lib/permissions/need-statements.ts';
import { configFile, list } from './template.ts';

const example = parseConfig(configFile('example'));
const withAirflows = parseConfig(configFile('example-options'));

/** With a key, so that decrypting is among its needs. */
const withInventory = {
  ...withAirflows,
  bucket_keys: { 'example-inventories': 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000009' },
} as Config;

type Environments = Record<string, Partial<Config['environments'][string]>>;
const configOf = (environments: Environments, more: Partial<Config> = {}) =>
  ({ ...example, environments, ...more }) as Config;

const DATABASE = { server: 'sales', name: 'shop' } as NonNullable<Config['environments'][string]['database']>;

const FILES = { layout: 'tree', suffix: '', size_tolerance_bytes: 0 } as const;
const CONSTANTS = { overrides: [], secrecy: 'detect', secret: [], not_secret: [] } as const;

/** As it stands in a template, without what is the same everywhere. */
const statements = (need: Need, config: Config) =>
  needStatements(need, config).map((statement) => {
    const { Effect, ...rest } = statement.toStatementJson();
    expect(Effect).toBe('Allow');
    return rest;
  });

const below = (...prefixes: string[]) => ({ StringLike: { 's3:prefix': prefixes } });
const bucket = (name: string) => `arn:aws:s3:::${name}`;

test('a need allows what is declared for it and nothing else, and nothing at all where no environment has what it reads', () => {
  for (const need of Object.keys(ACTIONS_OF_NEED) as Need[]) {
    const { named, everything = [] } = ACTIONS_OF_NEED[need];
    const config = need.startsWith('airflow') ? withAirflows : need.endsWith('_inventory') ? withInventory : example;
    const actions = statements(need, config).flatMap(({ Action }) => list(Action));
    expect(new Set(actions)).toEqual(new Set([...named, ...everything]));
    if (everything.length === 0 || need === 'airflow_metrics')
      expect(statements(need, configOf({ bare: {} }, { bucket_keys: {} }))).toEqual([]);
  }
});

describe('listing', () => {
  const shared = { buckets: [{ bucket: 'shared', prefix: 'acc-' }], database: DATABASE };
  const whole = { buckets: [{ bucket: 'own' }], database: DATABASE };

  test('of files is of the current objects alone: of a whole bucket, or below the prefix', () => {
    expect(statements('file_listing', configOf({ whole, shared }))).toEqual([
      { Action: 's3:ListBucket', Resource: bucket('own') },
      { Action: 's3:ListBucket', Resource: bucket('shared'), Condition: below('acc-*') },
    ]);
    expect(statements('file_listing', configOf({ whole: { buckets: [{ bucket: 'own' }] } }))).toEqual([]);
  });

  test('of sizes is of versions and unfinished uploads too', () => {
    expect(statements('bucket_listing', configOf({ whole, shared }))).toEqual([
      { Action: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'], Resource: bucket('own') },
      { Action: ['s3:ListBucket', 's3:ListBucketVersions'], Resource: bucket('shared'), Condition: below('acc-*') },
      { Action: 's3:ListBucketMultipartUploads', Resource: bucket('shared') },
      { Action: 's3:ListMultipartUploadParts', Resource: [`${bucket('own')}/*`, `${bucket('shared')}/acc-*`] },
    ]);
  });

  test('of a bucket that one environment has whole and another a part of is of the whole bucket, once', () => {
    const part = { buckets: [{ bucket: 'own', prefix: 'acc-' }], database: DATABASE };
    expect(statements('file_listing', configOf({ whole, part, again: whole }))).toEqual([
      { Action: 's3:ListBucket', Resource: bucket('own') },
    ]);
  });

  test('of many prefixes is divided by ten, and loses none and doubles none', () => {
    const prefixes = Array.from({ length: 23 }, (_, n) => `app-${n}-`);
    const environments = Object.fromEntries(
      [...prefixes, 'app-0-'].map((prefix, n) => [
        `e${n}`,
        { buckets: [{ bucket: 'shared', prefix }], database: DATABASE },
      ]),
    );
    const conditions = statements('file_listing', configOf(environments)).map(
      ({ Condition }) => Condition.StringLike['s3:prefix'] as string | string[],
    );
    expect(conditions.map((each) => list(each).length)).toEqual([10, 10, 3]);
    expect(conditions.flatMap(list)).toEqual(prefixes.map((prefix) => `${prefix}*`));
  });

  test('of buckets with the same prefixes is one statement', () => {
    const parts = (prefix: string) => ({
      buckets: ['a', 'b'].map((name) => ({ bucket: name, prefix, files: FILES })),
      database: DATABASE,
    });
    expect(statements('file_listing', configOf({ x: parts('x/'), y: parts('y/') }))).toEqual([
      { Action: 's3:ListBucket', Resource: [bucket('a'), bucket('b')], Condition: below('x/*', 'y/*') },
    ]);
  });
});

test('a database is connected to as its own user, each server once, and no server that no environment has', () => {
  const environments = { one: { database: DATABASE }, two: { database: DATABASE } };
  expect(statements('database', configOf(environments))).toEqual([
    {
      Action: 'rds-db:connect',
      Resource: 'arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/mrt_reader',
    },
  ]);
});

test('constants are read by key or below a prefix, an old version by its id, and decrypted with the named keys', () => {
  expect(statements('constants', example)).toEqual([
    {
      Action: 's3:GetObject',
      Resource: [
        'shop/prod/*',
        'shop/acc/metadata.json',
        'shop/prod/mendix-app.yaml',
        'shop/prod/m2ee.yaml',
        'shop/acc/app.env',
        'depot/prod/constants.json',
      ].map((key) => `${bucket('example-deployments')}/${key}`),
    },
    { Action: 's3:GetObjectVersion', Resource: `${bucket('example-deployments')}/shop/acc/metadata.json` },
    { Action: 's3:ListBucket', Resource: bucket('example-deployments'), Condition: below('shop/prod/*') },
    { Action: 'kms:Decrypt', Resource: Object.values(example.bucket_keys)[0] },
  ]);
  expect(
    statements('constants', configOf(example.environments, { bucket_keys: {} })).map(({ Action }) => Action),
  ).toEqual(['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket']);
});

describe('the S3 endpoint lets through', () => {
  const through = (config: Config, needs: Need[] = ['constants', 'database', 'bucket_metrics']) =>
    objectStatements(needs, config).map((statement) => statement.toStatementJson());
  const keys = (count: number, length = 100) => ({
    ...CONSTANTS,
    overrides: Array.from({ length: count }, (_, n) => ({
      name: `${n}`,
      format: 'json_map' as const,
      bucket: `b${n % 2}`,
      key: `${n}`.padEnd(length, 'k'),
    })),
  });
  const many = (count: number, length?: number) =>
    configOf({ one: { constants: keys(count, length) } } as unknown as Environments, { bucket_keys: {} });

  test('S3’s actions alone, on the objects by name, all actions on the same ones in one statement', () => {
    expect(through(many(2))).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: ['0', '1'].map((n) => `${bucket(`b${n}`)}/${n.padEnd(100, 'k')}`),
      },
    ]);
    const own = configOf({ own: { buckets: [{ bucket: 'own' }], database: DATABASE } });
    expect(through(own, ['file_listing', 'bucket_listing'])).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
        Resource: bucket('own'),
      },
      { Effect: 'Allow', Action: 's3:ListMultipartUploadParts', Resource: `${bucket('own')}/*` },
    ]);
  });

  // Amazon VPC quotas, "VPC endpoints": 20,480 characters, of which 3,000 are left for what is known at deployment only.
  test('the buckets as a whole when the names of their objects do not fit, and is refused when theirs do not', () => {
    expect(through(many(140))[0]?.Resource).toHaveLength(140);
    expect(through(many(160))).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: ['b0', 'b1'].flatMap((name) => [bucket(name), `${bucket(name)}/*`]),
      },
    ]);
    const buckets = Array.from({ length: 400 }, (_, n) => ({ bucket: `${n}`.padEnd(63, 'b') }));
    expect(() => through(configOf({ one: { buckets } }), ['bucket_listing'])).toThrow(
      'pass the size of an endpoint policy',
    );
  });
});

describe('an Airflow', () => {
  const account = 'arn:aws:airflow:eu-west-1:111122223333';
  const managed = { region: 'eu-west-1', environment: 'etl-prod', role: 'Viewer' } as const;
  const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`;
  const airflow = (settings: object) => configOf({ etl: { airflow: settings as never } });

  test('of MWAA is come in to as one role of Airflow’s, which is the resource, and not the environment', () => {
    expect(statements('airflow', airflow(managed))).toEqual([
      { Action: 'airflow:InvokeRestApi', Resource: `${account}:role/etl-prod/Viewer` },
      { Action: 'airflow:GetEnvironment', Resource: `${account}:environment/etl-prod` },
    ]);
  });

  test('of MWAA is logged in to only where there is a way to its web server', () => {
    expect(
      statements('airflow', airflow({ ...managed, role: 'Op', web_server: { cidr: '10.0.0.0/24' } })),
    ).toContainEqual({
      Action: 'airflow:CreateWebLoginToken',
      Resource: `${account}:role/etl-prod/Op`,
    });
  });

  test('of one’s own needs its secret, with its key where it has one, and nothing of MWAA', () => {
    const token = { secret_arn: secret('token'), kms_key_arn: 'arn:aws:kms:eu-west-1:111122223333:key/k' };
    expect(statements('airflow', airflow({ token, basic: { secret_arn: secret('unused') } }))).toEqual([
      { Action: 'secretsmanager:GetSecretValue', Resource: secret('token') },
      { Action: 'kms:Decrypt', Resource: token.kms_key_arn },
    ]);
    expect(statements('airflow_metrics', airflow({ token }))).toEqual([]);
  });
});
