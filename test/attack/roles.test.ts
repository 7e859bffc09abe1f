/** Each function's role tries every permission of every other function, and all that nobody needs. */

import { readFileSync } from 'node:fs';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { Signer } from '@aws-sdk/rds-signer';
import type { Principal } from '@mrt/local-aws/iam/iam.ts';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VARIABLES } from '../../lambdas/contract.ts';
import { routes } from '../../lambdas/routes.ts';
import { type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';
import { roleOf } from '../end-to-end/withdrawn-permission.ts';
import { clientOf, REGION } from '../packages/local-aws/s3/client.ts';
import { FUNCTIONS, functionsWith, needs, nobodyNeeds } from './needed-permissions.ts';
import { functionOf } from './past-the-gateway.ts';

let system: RunningSystem;
let keyBucket: string;

beforeAll(async () => {
  system = await sharedSystem();
  keyBucket = functionOf(system, 'environments').deployed.variables[VARIABLES.keyBucket] ?? '';
});
afterAll(() => system.end());

test('these are all functions that there are', () => {
  const names = [...system.functions.byArn.values()].map(({ deployed }) => deployed.logName);
  expect(new Set(names)).toEqual(new Set(FUNCTIONS));
});

describe.each(FUNCTIONS)('the role of %s', (name) => {
  // What another service does on a function's behalf does not come through the function's network.
  const may = (role: Principal, action: string, resource: string, context: Readonly<Record<string, string>> = {}) => {
    const caller = context['aws:CalledVia'] === undefined ? role : { ...role, inVpc: false };
    return system.iam.decide(caller, action, resource, context).allowed;
  };

  test('is allowed what its function needs, and refused what the others need', () => {
    const role = roleOf(system, name);
    const wrong = needs(keyBucket)
      .map(([[action, resource, context], by]) => ({ action, resource, context, right: by.includes(name) }))
      .filter(({ action, resource, context, right }) => may(role, action, resource, context) !== right);
    expect(wrong).toEqual([]);
  });

  test('is refused what nobody needs', () => {
    const role = roleOf(system, name);
    const allowed = nobodyNeeds(keyBucket).filter(([action, resource, context]) =>
      may(role, action, resource, context),
    );
    expect(allowed).toEqual([]);
  });
});

/** A login through the database's listener, as a thief of the function's credentials would try it. */
async function logIn(
  role: Principal,
  changes: { user?: string; signedFor?: Partial<{ port: number; username: string }> } = {},
) {
  const { host, port } = system.databases.addresses['shop-prod-db'] ?? { host: '', port: 0 };
  const { user = 'mrt_reader', signedFor = {} } = changes;
  const signer = new Signer({ hostname: host, port, username: user, region: REGION, ...signedFor, credentials: role });
  const client = new Client({
    ...{ host, port, user, database: 'shop_prod', password: await signer.getAuthToken() },
    ssl: { ca: readFileSync(system.databases.caFile, 'utf8') },
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { name: string; code?: string }) => error.code ?? error.name,
  );

describe.each(FUNCTIONS)('the access key of %s, in a thief’s hands', (name) => {
  const right = (names: string[]) => (names.includes(name) ? 'done' : 'AccessDenied');
  const [listing, constants] = [functionsWith('bucket_listing', 'file_listing'), functionsWith('constants')];

  test('opens in S3 only what its function reads', async () => {
    const s3 = clientOf(system.s3, roleOf(system, name));
    const get = (Bucket: string, Key: string) => outcome(s3.send(new GetObjectCommand({ Bucket, Key })));
    const list = (Bucket: string, Prefix?: string) =>
      outcome(s3.send(new ListObjectsV2Command({ Bucket, ...(Prefix && { Prefix }) })));
    const open = [
      'documents',
      'publickeys',
      ...routes.filter(({ scopes }) => scopes === null).map((route) => route.name),
    ];
    expect(await get(keyBucket, 'keys.json')).toBe(open.includes(name) ? 'AccessDenied' : 'done');
    expect(await get('shop-deployments', 'config/prod/m2ee.yaml')).toBe(right(constants));
    expect(await list('shop-deployments', 'prod/')).toBe(right(constants));
    expect(await list('shop-deployments')).toBe('AccessDenied');
    expect(await list('shop-prod-files')).toBe(right(listing));
    expect(await list('shop-shared-files', 'acc-')).toBe(right(listing));
    expect(await list('shop-shared-files')).toBe('AccessDenied');
    const body = { Bucket: keyBucket, Key: 'mine.json', Body: Buffer.from('{}') };
    expect(await outcome(s3.send(new PutObjectCommand(body)))).toBe('AccessDenied');
  });

  test('asks CloudWatch only where its function does', async () => {
    const credentials = roleOf(system, name);
    const endpoint = system.endpoints.cloudwatch;
    const cloudwatch = new CloudWatchClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
    const Metric = { Namespace: 'AWS/S3', MetricName: 'BucketSizeBytes' };
    const question = new GetMetricDataCommand({
      ...{ StartTime: new Date(Date.now() - 86_400_000), EndTime: new Date() },
      MetricDataQueries: [{ Id: 'q', MetricStat: { Metric, Period: 86_400, Stat: 'Average' } }],
    });
    expect(await outcome(cloudwatch.send(question))).toMatch(
      right(functionsWith('bucket_metrics', 'database_metrics', 'airflow_metrics')),
    );
  });

  test('logs in to the database only where its function does, and as nobody else', async () => {
    const role = roleOf(system, name);
    const mayRead = functionsWith('database').includes(name);
    const refused = '28000';
    expect(await outcome(logIn(role).then((client) => client.end()))).toBe(mayRead ? 'done' : refused);
    expect(await outcome(logIn(role, { user: 'postgres' }))).toBe(refused);
    expect(await outcome(logIn(role, { user: 'postgres', signedFor: { username: 'mrt_reader' } }))).toBe(refused);
    expect(await outcome(logIn(role, { signedFor: { port: 5432 } }))).toBe(refused);
  });
});

describe('the database role, with a good login', () => {
  const FORBIDDEN = '42501';
  const attempts: [string, string | RegExp][] = [
    ['SELECT password FROM "system$user"', FORBIDDEN],
    ['SELECT * FROM "system$user"', FORBIDDEN],
    ['SELECT sessionid FROM "system$session"', FORBIDDEN],
    ['SELECT contents FROM "system$filedocument"', FORBIDDEN],
    ['SELECT default_value FROM "mendixsystem$attribute"', FORBIDDEN],
    ['SELECT rolpassword FROM pg_authid', FORBIDDEN],
    ["SELECT pg_read_file('/etc/passwd')", FORBIDDEN],
    ["SELECT lo_import('/etc/passwd')", /42501|25006/],
    ["COPY (SELECT 1) TO PROGRAM 'id'", FORBIDDEN],
    ["COPY (SELECT 1) TO '/tmp/mrt'", FORBIDDEN],
    ['SET ROLE postgres', FORBIDDEN],
    ['SET SESSION AUTHORIZATION postgres', FORBIDDEN],
    ['CREATE EXTENSION dblink', /42501|25006/],
    ['ALTER SYSTEM SET log_statement = none', FORBIDDEN],
    ['SELECT pg_reload_conf()', FORBIDDEN],
    ['SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $$postgres$$', FORBIDDEN],
    ['BEGIN READ WRITE; DELETE FROM "system$user"', FORBIDDEN],
    ['BEGIN READ WRITE; UPDATE "system$user" SET active = false', FORBIDDEN],
    ['BEGIN READ WRITE; INSERT INTO "system$user" (id) VALUES (1)', FORBIDDEN],
    ['BEGIN READ WRITE; TRUNCATE "system$user"', FORBIDDEN],
    ['BEGIN READ WRITE; LOCK TABLE "system$user" IN ACCESS EXCLUSIVE MODE', FORBIDDEN],
    ['BEGIN READ WRITE; DROP TABLE "system$user"', FORBIDDEN],
    ['BEGIN READ WRITE; CREATE TABLE mine (id int)', FORBIDDEN],
    ['ALTER ROLE mrt_reader SUPERUSER', /42501|25006/],
    ['GRANT SELECT ON "system$user" TO mrt_reader', /42501|25006/],
  ];

  test.each(attempts)('%s is refused by PostgreSQL itself', async (statement, code) => {
    const client = await logIn(roleOf(system, 'users'));
    try {
      expect(await outcome(client.query(statement))).toMatch(code);
    } finally {
      await client.end();
    }
  });
});
