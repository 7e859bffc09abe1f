import { GetObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/nested-clients/sts';
import type { DeployedRole } from '@mrt/local-aws/cloudformation/deployed-policies.ts';
import { Iam, type Principal } from '@mrt/local-aws/iam/iam.ts';
import type { Statement } from '@mrt/local-aws/iam/policy.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { isStsNeeded, startSts } from '@mrt/local-aws/sts/service.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { EVERYTHING, principal } from '../iam/principal.ts';
import { bucketOf, clientOf } from '../s3/client.ts';

const ACCOUNT = 'arn:aws:iam::000000000000:root';
const CALLER = principal([]).roleArn;
const TENANT = 'arn:aws:iam::000000000000:role/tenant-a';
const ALL_STEPS = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
const MAY_ASSUME: Statement = { Effect: 'Allow', Action: ALL_STEPS, Resource: TENANT };
const TRUST: Statement = { Effect: 'Allow', Action: ALL_STEPS, Resource: '*', Principal: { AWS: ACCOUNT } };
const READS_A: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/a/*' };

const document = (...statements: Statement[]) => ({ Version: '2012-10-17', Statement: statements });
const roleOf = (trust: Statement, changes: Partial<DeployedRole> = {}): DeployedRole => ({
  ...{ arn: TENANT, policies: [document(READS_A)], tags: { tenant: 'a' }, maxSessionSeconds: 3600 },
  trust: document(trust),
  ...changes,
});

const services: HttpService[] = [];
afterEach(() => Promise.all(services.splice(0).map((service) => service.stop())));

/** STS and S3 of one account, and what the caller gets of either. */
async function account(role: DeployedRole, own: Statement[] = [MAY_ASSUME], changes: Partial<Principal> = {}) {
  const iam = new Iam('eu-west-1');
  const caller = principal(own, changes);
  iam.register(caller);
  const roles = new Map([[role.arn, role]]);
  const trail: string[] = [];
  const sts = await startSts({ iam, roles, writeTrail: (record) => trail.push(record) });
  const s3 = await startS3({ iam, store: new Map([['files', bucketOf('files', ['a/1', 'b/1'])]]) });
  services.push(sts, s3);
  const assume = async (input: Partial<AssumeRoleCommandInput> = {}, by: Principal = caller) => {
    const credentials = by;
    const client = new STSClient({ endpoint: sts.address.href, region: 'eu-west-1', credentials, maxAttempts: 1 });
    return client.send(new AssumeRoleCommand({ RoleArn: TENANT, RoleSessionName: 'test-1', ...input }));
  };
  return {
    iam,
    sts,
    /** What CloudTrail has, the newest last. */
    trail: () => trail.map((record) => JSON.parse(record)),
    assume,
    async session(input: Partial<AssumeRoleCommandInput> = {}, by = caller): Promise<Principal> {
      const { Credentials } = await assume(input, by);
      return iam.byAccessKeyId(Credentials?.AccessKeyId ?? '') as Principal;
    },
    read: (by: Principal, Key: string) =>
      clientOf(s3, by)
        .send(new GetObjectCommand({ Bucket: 'files', Key }))
        .then(({ Body }) => Body?.transformToString()),
  };
}

describe('AssumeRole, asked by the SDK', () => {
  test('gives a session that may do what the role may, and nothing that the caller may', async () => {
    const { session, read } = await account(roleOf(TRUST), [MAY_ASSUME, { ...READS_A, Resource: '*' }]);
    const tenant = await session();
    expect(await read(tenant, 'a/1')).toHaveLength(1);
    await expect(read(tenant, 'b/1')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('answers with who the session is, until when, and its source identity', async () => {
    const { assume } = await account(roleOf(TRUST));
    const answer = await assume({ SourceIdentity: 'users', DurationSeconds: 900 });
    expect(answer).toMatchObject({
      AssumedRoleUser: { Arn: 'arn:aws:sts::000000000000:assumed-role/tenant-a/test-1' },
      SourceIdentity: 'users',
    });
    const left = (answer.Credentials?.Expiration?.getTime() ?? 0) - Date.now();
    expect(left).toBeGreaterThan(890_000);
    expect(left).toBeLessThanOrEqual(900_000);
  });

  test('is on record with both names, also when it is refused, and with no key', async () => {
    const { assume, trail } = await account(roleOf(TRUST));
    await assume({ SourceIdentity: 'users', Tags: [{ Key: 'tenant', Value: 'a' }] });
    await expect(assume({ RoleArn: `${TENANT}-b` })).rejects.toThrow();
    expect(trail()).toEqual([
      {
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        userIdentity: { type: 'AssumedRole', arn: expect.stringContaining(':assumed-role/') },
        requestParameters: {
          ...{ roleArn: TENANT, roleSessionName: 'test-1', durationSeconds: 3600 },
          ...{ sourceIdentity: 'users', principalTags: { tenant: 'a' } },
        },
        responseElements: {
          assumedRoleUser: { arn: 'arn:aws:sts::000000000000:assumed-role/tenant-a/test-1' },
        },
      },
      expect.objectContaining({ errorCode: 'AccessDenied', responseElements: null }),
    ]);
  });

  test('needs the caller’s policy and the role’s trust, each for itself', async () => {
    const untrusted = roleOf({ ...TRUST, Principal: { AWS: 'arn:aws:iam::111111111111:root' } });
    await expect((await account(roleOf(TRUST), [])).assume()).rejects.toThrow(/no identity-based policy allows/);
    await expect((await account(untrusted)).assume()).rejects.toThrow(/no role trust policy allows/);
    await expect((await account(roleOf(TRUST))).assume()).resolves.toBeDefined();
  });

  test('needs no policy of a caller in the account whom the trust policy names', async () => {
    const named = { ...TRUST, Principal: { AWS: CALLER } };
    await expect((await account(roleOf(named), [])).assume()).resolves.toBeDefined();
    const denied: Statement = { ...MAY_ASSUME, Effect: 'Deny' };
    await expect((await account(roleOf(named), [denied])).assume()).rejects.toThrow(/explicit deny/);
    const elsewhere = { arn: TENANT.replace('000000000000', '111111111111') };
    const { assume } = await account(roleOf(named, elsewhere), []);
    await expect(assume({ RoleArn: elsewhere.arn })).rejects.toThrow(/no identity-based policy/);
  });

  test.each<[string, Statement['Action'], Partial<AssumeRoleCommandInput>]>([
    [
      'tags need sts:TagSession',
      ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      { Tags: [{ Key: 'tenant', Value: 'a' }] },
    ],
    [
      'a source identity needs sts:SetSourceIdentity',
      ['sts:AssumeRole', 'sts:TagSession'],
      { SourceIdentity: 'users' },
    ],
  ])('%s on both sides', async (_, fewer, input) => {
    const Action = fewer as string[];
    await expect((await account(roleOf({ ...TRUST, Action }))).assume(input)).rejects.toThrow(/no role trust policy/);
    await expect((await account(roleOf(TRUST), [{ ...MAY_ASSUME, Action }])).assume(input)).rejects.toThrow(
      /no identity-based policy/,
    );
    await expect((await account(roleOf({ ...TRUST, Action }))).assume()).resolves.toBeDefined();
  });

  test('binds a session to its tags: what is asked for, which keys there are, who the caller is', async () => {
    const variable = `${'$'}{aws:PrincipalTag/name}`;
    const Condition = {
      StringEquals: { 'aws:RequestTag/tenant': 'a', 'aws:RequestTag/name': variable },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant', 'name'] },
    };
    const { assume } = await account(roleOf({ ...TRUST, Condition }), [MAY_ASSUME], { tags: { name: 'users' } });
    const tagged = (tags: Record<string, string>) =>
      assume({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });
    await expect(tagged({ tenant: 'a', name: 'users' })).resolves.toBeDefined();
    await expect(tagged({ tenant: 'b', name: 'users' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(tagged({ tenant: 'a', name: 'other' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(tagged({ tenant: 'a', name: 'users', more: 'x' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('asks for the external id that the trust policy wants', async () => {
    const { assume } = await account(
      roleOf({ ...TRUST, Condition: { StringEquals: { 'sts:ExternalId': 'bank-17' } } }),
    );
    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({ ExternalId: 'bank-18' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({ ExternalId: 'bank-17' })).resolves.toBeDefined();
  });

  test('holds the name of the session to what the trust policy wants', async () => {
    const { assume } = await account(
      roleOf({ ...TRUST, Condition: { StringLike: { 'sts:RoleSessionName': 'mrt-*' } } }),
    );
    await expect(assume({ RoleSessionName: 'mrt-users-1' })).resolves.toBeDefined();
    await expect(assume({ RoleSessionName: 'users-1' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('restricts a session by its own policy', async () => {
    const Policy = JSON.stringify(document({ ...READS_A, Resource: 'arn:aws:s3:::files/a/2' }));
    const { session, read } = await account(roleOf(TRUST));
    await expect(read(await session({ Policy }), 'a/1')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('tells nobody whether a role is there', async () => {
    const { assume } = await account(roleOf(TRUST), [{ ...MAY_ASSUME, Resource: '*' }]);
    await expect(assume({ RoleArn: `${TENANT}2` })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('is refused in a VPC without an endpoint, and by the endpoint’s policy', async () => {
    const { iam, assume } = await account(roleOf(TRUST), [MAY_ASSUME], { inVpc: true });
    await expect(assume()).rejects.toThrow(/no endpoint/);
    iam.setVpcEndpointPolicy('sts', [document({ ...EVERYTHING, Principal: '*', Resource: `${TENANT}2` })]);
    await expect(assume()).rejects.toThrow(/no VPC endpoint policy/);
    iam.setVpcEndpointPolicy('sts', [document({ ...EVERYTHING, Principal: '*' })]);
    await expect(assume()).resolves.toBeDefined();
  });
});

describe('a session', () => {
  test('ends: its keys are refused as expired then', async () => {
    const { session, read } = await account(roleOf(TRUST));
    const tenant = await session();
    if (tenant.session !== undefined) tenant.session.expires = Date.now() - 1;
    await expect(read(tenant, 'a/1')).rejects.toMatchObject({ name: 'ExpiredToken' });
  });

  test('hands on its source identity and its transitive tags, and neither can be changed', async () => {
    const { session } = await account(roleOf(TRUST, { policies: [document(MAY_ASSUME)] }));
    const Tags = ['tenant', 'team'].map((Key) => ({ Key, Value: 'a' }));
    const first = await session({ SourceIdentity: 'users', Tags, TransitiveTagKeys: ['tenant'] });
    const second = await session({}, first);
    expect(second.session).toMatchObject({ sourceIdentity: 'users', tags: { tenant: 'a' } });
    await expect(session({ SourceIdentity: 'other' }, first)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(session({ Tags: [{ Key: 'tenant', Value: 'b' }] }, first)).rejects.toThrow(/transitive tag key/);
  });
});

test.each<[string, Partial<AssumeRoleCommandInput>, RegExp]>([
  ['a session name with other characters', { RoleSessionName: 'a b' }, /RoleSessionName/],
  ['a session name of one character', { RoleSessionName: 'a' }, /RoleSessionName/],
  ['a session name of 65 characters', { RoleSessionName: 'a'.repeat(65) }, /RoleSessionName/],
  ['a quarter of an hour less a second', { DurationSeconds: 899 }, /DurationSeconds/],
  ['more than the role allows', { DurationSeconds: 3601 }, /MaxSessionDuration/],
  ['a source identity that is a SPIFFE id', { SourceIdentity: 'spiffe://td/function/a' }, /SourceIdentity/],
  ['an external id of one character', { ExternalId: '1' }, /ExternalId/],
  ['a tag value with a bracket', { Tags: [{ Key: 'tenant', Value: '<a>' }] }, /tag value/],
  ['a tag key of AWS', { Tags: [{ Key: 'aws:x', Value: 'a' }] }, /reserved/],
  ['a tag twice', { Tags: ['Tenant', 'tenant'].map((Key) => ({ Key, Value: 'a' })) }, /Duplicate tag keys/],
  ['51 tags', { Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: 'a' })) }, /equal to 50/],
  ['a transitive key that is no tag', { TransitiveTagKeys: ['tenant'] }, /must be included/],
  ['a policy of 2049 characters', { Policy: ' '.repeat(2049) }, /2048 fit/],
  ['a policy that is no JSON', { Policy: '{' }, /valid JSON/],
])('AssumeRole refuses %s', async (_, input, message) => {
  await expect((await account(roleOf(TRUST))).assume(input)).rejects.toThrow(message);
});

test('a chain of roles ends within the hour, whatever the role allows', async () => {
  const { assume } = await account(roleOf(TRUST, { maxSessionSeconds: 43_200 }));
  await expect(assume({ DurationSeconds: 3601 })).rejects.toThrow(/role chaining/);
  await expect(assume({ DurationSeconds: 3600 })).resolves.toBeDefined();
});

test('faults on demand are those of STS', async () => {
  const { sts, assume } = await account(roleOf(TRUST));
  sts.faults.inject({ kind: 'throttled', every: 1 });
  await expect(assume()).rejects.toMatchObject({ name: 'Throttling' });
});

test('a stack needs STS where a role trusts another, and not where only services assume roles', () => {
  const needed = (trust: Statement) => isStsNeeded(new Map([[TENANT, roleOf(trust)]]));
  expect(needed(TRUST)).toBe(true);
  expect(needed({ ...TRUST, Principal: { Service: 'lambda.amazonaws.com' } })).toBe(false);
});
