import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/nested-clients/sts';
import type { DeployedRole } from '@mrt/local-aws/cloudformation/deployed-policies.ts';
import { TokenSigner } from '@mrt/local-aws/cognito/token-signer.ts';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import type { Statement } from '@mrt/local-aws/iam/policy.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { startSts } from '@mrt/local-aws/sts/service.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../iam/principal.ts';

const ROLE = 'arn:aws:iam::000000000000:role/runner';
const PROVIDER = 'arn:aws:iam::000000000000:oidc-provider/gitlab.example.com/sub';
const URL = 'https://gitlab.example.com/sub';
const CLAIMS = { aud: 'https://airflow', sub: 'project_path:data/etl:ref_type:branch:ref:main' };

const trust = (changes: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Resource: '*',
  Principal: { Federated: PROVIDER },
  Condition: { StringEquals: { 'gitlab.example.com/sub:aud': CLAIMS.aud, 'gitlab.example.com/sub:sub': [CLAIMS.sub] } },
  ...changes,
});

let signer: TokenSigner;
let other: TokenSigner;
const iam = new Iam('eu-west-1');
const roles = new Map<string, DeployedRole>();
let sts: HttpService;

beforeAll(async () => {
  [signer, other] = await Promise.all([TokenSigner.create(URL), TokenSigner.create(URL)]);
  const providers = [{ arn: PROVIDER, url: URL, clientIds: [CLAIMS.aud] }];
  const federation = { providers, keysOf: (issuer: string) => (issuer === URL ? signer.publishedKeys : null) };
  sts = await startSts({ iam, roles, federation });
});
afterAll(() => sts.stop());

async function taken(
  {
    by = signer,
    claims = {},
    seconds = 300,
    statement = trust(),
  }: {
    by?: TokenSigner;
    claims?: Record<string, string>;
    seconds?: number;
    statement?: Statement;
  } = {},
  input: { DurationSeconds?: number; RoleArn?: string } = {},
) {
  const shared = { arn: ROLE, policies: [{ Statement: EVERYTHING }], tags: {}, maxSessionSeconds: 3600 };
  roles.set(ROLE, { ...shared, trust: { Version: '2012-10-17', Statement: [statement] } });
  const credentials = async () => ({ accessKeyId: '', secretAccessKey: '' });
  const client = new STSClient({ endpoint: sts.address.href, region: 'eu-west-1', credentials, maxAttempts: 1 });
  const WebIdentityToken = await by.sign({ ...CLAIMS, ...claims }, seconds);
  return client.send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn: ROLE, RoleSessionName: 'job-42', WebIdentityToken, ...input }),
  );
}

test('a token that provider and trust policy both want gives a session of the role', async () => {
  const answer = await taken({}, { DurationSeconds: 900 });
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: CLAIMS.sub,
    Audience: CLAIMS.aud,
    Provider: PROVIDER,
    AssumedRoleUser: { Arn: 'arn:aws:sts::000000000000:assumed-role/runner/job-42' },
  });
  const principal = iam.byAccessKeyId(answer.Credentials?.AccessKeyId ?? '');
  expect(principal).toMatchObject({ roleArn: ROLE, name: 'job-42' });
  expect((principal?.session?.expires ?? 0) - Date.now()).toBeLessThanOrEqual(900_000);
});

// STS API reference, AssumeRoleWithWebIdentity, "Errors".
test.each([
  ['another audience', { claims: { aud: 'https://vault' } }, 'InvalidIdentityTokenException'],
  ['an issuer without a provider', { claims: { iss: 'https://gitlab.com' } }, 'InvalidIdentityTokenException'],
  ['an issuer whose address only begins alike', { claims: { iss: `${URL}/x` } }, 'InvalidIdentityTokenException'],
  ['a token whose time is over', { seconds: -10 }, 'ExpiredTokenException'],
  ['another branch', { claims: { sub: CLAIMS.sub.replace('main', 'feature') } }, 'AccessDenied'],
  ['no subject', { claims: { sub: '' } }, 'AccessDenied'],
  [
    'a role that trusts another provider',
    { statement: trust({ Principal: { Federated: `${PROVIDER}2` } }) },
    'AccessDenied',
  ],
  [
    'a role that trusts accounts alone',
    { statement: trust({ Principal: { AWS: 'arn:aws:iam::000000000000:root' } }) },
    'AccessDenied',
  ],
  ['a role that may be taken by roles alone', { statement: trust({ Action: 'sts:AssumeRole' }) }, 'AccessDenied'],
] as const)('%s is refused', async (_, how, name) => {
  await expect(taken(how)).rejects.toMatchObject({ name });
});

test('a token that another key has signed, and one longer than the role allows, are refused', async () => {
  await expect(taken({ by: other })).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  await expect(taken({}, { DurationSeconds: 7200 })).rejects.toThrow('MaxSessionDuration');
  await expect(taken({}, { RoleArn: 'arn:aws:iam::000000000000:role/none' })).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});
