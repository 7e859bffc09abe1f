/** A function of the stage of two banks, with its code replaced: what its keys open, and which sessions it can get. */
import { readFileSync } from 'node:fs';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/nested-clients/sts';
import { Signer } from '@aws-sdk/rds-signer';
import type { Principal } from '@mrt/local-aws/iam/iam.ts';
import { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseLatest } from '../../lambdas/record/latest.ts';
import { LATEST, latestKey, TENANTS } from '../../lambdas/record/layout.ts';
import type { RunningSystem } from '../end-to-end/running-system.ts';
import { roleOf } from '../end-to-end/withdrawn-permission.ts';
import { clientOf, REGION } from '../packages/local-aws/s3/client.ts';
import { BANKS, bankSystem } from './banks.ts';
import { functionOf } from './past-the-gateway.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await bankSystem();
  await system.record();
});

describe('a function whose code was replaced', () => {
  const ACCOUNT = '000000000000';
  const roleOfBank = (bank: string) => `arn:aws:iam::${ACCOUNT}:role/mrt-banks-tenant-${bank}`;
  const ids = {
    users: 'spiffe://mrt.local/function/banks/users',
    size: 'spiffe://mrt.local/function/banks/bucket_size',
  };

  /** What the function's own keys get of STS. `changes` are what a thief would ask for. */
  async function assumed(
    route: string,
    bank: string,
    changes: Partial<AssumeRoleCommandInput> = {},
  ): Promise<Principal> {
    const client = new STSClient({
      ...{ endpoint: system.sts?.address.href ?? '', region: REGION, maxAttempts: 1 },
      credentials: roleOf(system, route),
    });
    const { Credentials } = await client.send(
      new AssumeRoleCommand({
        ...{
          RoleArn: roleOfBank(bank),
          RoleSessionName: `mrt-banks-${route}-thief`,
          SourceIdentity: `mrt-banks-${route}`,
        },
        Tags: [
          { Key: 'tenant', Value: bank },
          { Key: 'spiffe_id', Value: `spiffe://mrt.local/function/banks/${route}` },
        ],
        ...changes,
      }),
    );
    return system.iam.byAccessKeyId(Credentials?.AccessKeyId ?? '') ?? expect.unreachable();
  }

  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: { name: string; code?: string }) => error.code ?? error.name,
    );
  const list = (by: Principal, Bucket: string) =>
    outcome(clientOf(system.s3, by).send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 })));

  async function logIn(by: Principal, user: string, database: string): Promise<string> {
    const { host, port } = system.databases.addresses['banks-db'] ?? { host: '', port: 0 };
    const signer = new Signer({ hostname: host, port, username: user, region: REGION, credentials: by });
    const client = new Client({
      ...{ host, port, user, database, password: await signer.getAuthToken() },
      ssl: { ca: readFileSync(system.databases.caFile, 'utf8') },
    });
    client.on('error', () => undefined);
    return outcome(client.connect().finally(() => client.end().catch(() => undefined)));
  }

  test('reaches nothing of either bank with its own role', async () => {
    const [size, users] = [roleOf(system, 'bucket_size'), roleOf(system, 'users')];
    for (const bank of BANKS) {
      expect(await list(size, `${bank}-files`)).toBe('AccessDenied');
      const user = `mrt_${bank.replace('-', '_')}`;
      expect(await logIn(users, user, `${bank.replace('-', '_')}_prod`)).toBe('28000');
    }
    expect(await list(size, 'shop-shared-files')).toBe('AccessDenied');
    expect(
      await outcome(
        clientOf(system.s3, size).send(new ListObjectsV2Command({ Bucket: 'shop-shared-files', Prefix: 'acc-' })),
      ),
    ).toBe('done');
  });

  test('reaches one bank with a session of that bank, and the other with none of it', async () => {
    const [size, users] = [await assumed('bucket_size', 'bank-a'), await assumed('users', 'bank-a')];
    expect(await list(size, 'bank-a-files')).toBe('done');
    expect(await list(size, 'bank-b-files')).toBe('AccessDenied');
    expect(await logIn(users, 'mrt_bank_a', 'bank_a_prod')).toBe('done');
    expect(await logIn(users, 'mrt_bank_b', 'bank_b_prod')).toBe('28000');
    expect(await logIn(users, 'mrt_reader', 'shop_acc')).toBe('28000');
    // PostgreSQL itself refuses the bank's role in the neighbour's database: CONNECT is nobody's but its own reader's.
    expect(await logIn(users, 'mrt_bank_a', 'bank_b_prod')).toBe('42501');
  });

  test('may do in the session what its function needs, and not what another function needs', async () => {
    const [size, users] = [await assumed('bucket_size', 'bank-a'), await assumed('users', 'bank-a')];
    expect(await list(users, 'bank-a-files')).toBe('AccessDenied');
    expect(await logIn(size, 'mrt_bank_a', 'bank_a_prod')).toBe('28000');
  });

  test('reads of the record what is its session’s bank’s, and the other’s neither with it nor with its own role', async () => {
    const Bucket = functionOf(system, 'users').deployed.variables['MRT_RECORD_BUCKET'] ?? expect.unreachable();
    const read = (by: Principal, Key: string) =>
      outcome(clientOf(system.s3, by).send(new GetObjectCommand({ Bucket, Key })));
    const below = (by: Principal, Prefix: string) =>
      outcome(clientOf(system.s3, by).send(new ListObjectsV2Command({ Bucket, Prefix })));
    const [own, session] = [roleOf(system, 'users'), await assumed('users', 'bank-a')];
    expect(await read(session, latestKey('users', 'bank-a'))).toBe('done');
    expect(await read(session, latestKey('users', 'bank-b'))).toBe('AccessDenied');
    expect(await read(session, latestKey('table_size', 'bank-a'))).toBe('AccessDenied');
    expect(await read(session, latestKey('users'))).toBe('AccessDenied');
    expect(await below(session, 'history/tenant=bank-b/route=users/')).toBe('AccessDenied');
    expect(await below(session, 'history/tenant=bank-a/route=users/')).toBe('done');
    // Of the operator's own figures alone, which have nothing of a bank in them.
    const operators = await clientOf(system.s3, own).send(new GetObjectCommand({ Bucket, Key: latestKey('users') }));
    const { environments } = parseLatest((await operators.Body?.transformToByteArray()) ?? new Uint8Array());
    expect(Object.keys(environments)).toEqual(['shop-acc']);
    for (const bank of BANKS) {
      expect(await read(own, latestKey('users', bank))).toBe('AccessDenied');
      expect(await below(own, `${TENANTS}${bank}/`)).toBe('AccessDenied');
      expect(await below(own, LATEST)).toBe('AccessDenied');
    }
  });

  const tricks: [string, Partial<AssumeRoleCommandInput>][] = [
    [
      'the tag of the other bank',
      {
        Tags: [
          { Key: 'tenant', Value: 'bank-b' },
          { Key: 'spiffe_id', Value: ids.users },
        ],
      },
    ],
    [
      'the tag of another function',
      {
        Tags: [
          { Key: 'tenant', Value: 'bank-a' },
          { Key: 'spiffe_id', Value: ids.size },
        ],
      },
    ],
    ['no tag', { Tags: [] }],
    ['no tag of the function', { Tags: [{ Key: 'tenant', Value: 'bank-a' }] }],
    [
      'a tag more',
      {
        Tags: [
          { Key: 'tenant', Value: 'bank-a' },
          { Key: 'spiffe_id', Value: ids.users },
          { Key: 'team', Value: 'x' },
        ],
      },
    ],
    ['the source identity of another function', { SourceIdentity: 'mrt-banks-bucket_size' }],
    ['a name of its own liking', { RoleSessionName: 'somebody' }],
    ['another role of the account', { RoleArn: `arn:aws:iam::${ACCOUNT}:role/administrator` }],
  ];

  test.each(tricks)('gets no session of the bank with %s', async (_, changes) => {
    await expect(assumed('users', 'bank-a')).resolves.toBeDefined();
    await expect(assumed('users', 'bank-a', changes)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('that reads no tenant’s data gets no session at all, nor a session another', async () => {
    for (const route of ['environments', 'grants', 'publisher']) {
      await expect(assumed(route, 'bank-a'), route).rejects.toMatchObject({ name: 'AccessDenied' });
    }
    const session = await assumed('users', 'bank-a');
    const may = (action: string, role: string) => system.iam.decide(session, action, role, {}).allowed;
    expect(may('sts:AssumeRole', roleOfBank('bank-b'))).toBe(false);
  });
});
