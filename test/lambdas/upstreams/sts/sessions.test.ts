/** Sessions of tenants' roles, under a stand-in for STS that asks the policies as AWS does. */
import { Iam, type Principal } from '@mrt/local-aws/iam/iam.ts';
import type { Statement } from '@mrt/local-aws/iam/policy.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { startSts } from '@mrt/local-aws/sts/service.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import type { Reader } from '../../../../lambdas/environment-settings.ts';
import {
  UpstreamFailedError,
  UpstreamThrottledError,
  UpstreamTimeoutError,
} from '../../../../lambdas/upstream-errors.ts';
import { credentialsOf } from '../../../../lambdas/upstreams/reader-credentials.ts';
import { forgetSessions, identity, tenantSession } from '../../../../lambdas/upstreams/sts/sessions.ts';
import { principal } from '../../../packages/local-aws/iam/principal.ts';

const SPIFFE_ID = 'spiffe://mrt.local/function/banks/users';
const roleOf = (tenant: string) => `arn:aws:iam::000000000000:role/mrt-banks-tenant-${tenant}`;
const readerOf = (tenant: string): Reader => ({ tenant, role: roleOf(tenant) });
const EVERY_STEP: Statement = { Effect: 'Allow', Action: 'sts:*', Resource: '*' };
const BANK_A = readerOf('bank-a');
const BANK_B = readerOf('bank-b');

const context = (milliseconds = 5000): Context => ({
  deadline: new Deadline(Date.now() + milliseconds),
  timing: new Timing(),
});

let sts: HttpService;
let iam: Iam;
const caller = principal([EVERY_STEP]);

beforeEach(async () => {
  iam = new Iam('eu-west-1');
  iam.register(caller);
  const trust = {
    Statement: [{ ...EVERY_STEP, Principal: { AWS: 'arn:aws:iam::000000000000:root' } }],
  };
  const roles = new Map(
    ['bank-a', 'bank-b'].map((tenant) => [
      roleOf(tenant),
      { arn: roleOf(tenant), policies: [], tags: {}, maxSessionSeconds: 3600, trust },
    ]),
  );
  sts = await startSts({ iam, roles });
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.address.origin);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', caller.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', caller.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', caller.sessionToken);
  vi.stubEnv('MRT_SPIFFE_ID', SPIFFE_ID);
  forgetSessions();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  await sts.stop();
});

const principalOf = async (reader: Reader): Promise<Principal> =>
  iam.byAccessKeyId((await tenantSession(reader, context())).accessKeyId) as Principal;
const asked = () => sts.faults.requests('AssumeRole');

describe('a session', () => {
  test('says in its tags for which tenant and by which function, and in its names who it is', async () => {
    const { roleArn, name, session } = await principalOf(BANK_A);
    expect(roleArn).toBe(roleOf('bank-a'));
    expect(session).toMatchObject({
      tags: { tenant: 'bank-a', spiffe_id: SPIFFE_ID },
      transitive: [],
      sourceIdentity: 'mrt-banks-users',
    });
    expect(name).toBe(identity().sessionName);
    expect(name).toMatch(/^mrt-banks-users-[0-9a-f]{8}$/);
  });

  test('is kept for the tenant, and never handed out for another', async () => {
    const keys = await Promise.all([BANK_A, BANK_B, BANK_A, BANK_B].map((reader) => tenantSession(reader, context())));
    expect(keys[2]).toBe(keys[0]);
    expect(keys[3]).toBe(keys[1]);
    expect(keys[0]?.accessKeyId).not.toBe(keys[1]?.accessKeyId);
    expect(asked()).toBe(2);
  });

  test('is not another tenant’s though the roles be called the same', async () => {
    const [own, other] = [
      await tenantSession(BANK_A, context()),
      await tenantSession({ ...BANK_A, tenant: 'bank-b' }, context()),
    ];
    expect(other.accessKeyId).not.toBe(own.accessKeyId);
  });

  test('is assumed anew with five minutes left, and not before', async () => {
    const first = await tenantSession(BANK_A, context());
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 54 * 60_000);
    expect(await tenantSession(BANK_A, context())).toBe(first);
    vi.spyOn(Date, 'now').mockReturnValue(now + 55 * 60_000 + 1000);
    const keys = await Promise.all([tenantSession(BANK_A, context()), tenantSession(BANK_A, context())]);
    vi.restoreAllMocks();
    expect(keys[0]?.accessKeyId).not.toBe(first.accessKeyId);
    expect(keys[1]).toBe(keys[0]);
    expect(asked()).toBe(2);
  });

  test('costs a measured time, under the name of STS', async () => {
    const request = context();
    await tenantSession(BANK_A, request);
    expect([...request.timing.shares().keys()]).toEqual(['sts']);
  });

  test('is for what has a reader; the rest is read with the function’s own keys, and nobody is asked', async () => {
    expect((await credentialsOf(undefined, context())).accessKeyId).toBe(caller.accessKeyId);
    expect(asked()).toBe(0);
    expect((await credentialsOf(BANK_B, context())).accessKeyId).toBe(
      (await tenantSession(BANK_B, context())).accessKeyId,
    );
  });
});

describe('a refusal', () => {
  test('is told with what to do about it, and without a role or an account', async () => {
    const refused = await tenantSession(readerOf('bank-c'), context()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UpstreamFailedError);
    const { source, reason, advice, message } = refused as UpstreamFailedError;
    expect([source, reason]).toEqual(['sts', 'access-denied']);
    expect(advice).toContain('trust policy');
    expect(`${advice} ${message}`).not.toMatch(/arn:|0000/);
  });

  test('is not kept: the next request asks again', async () => {
    sts.faults.inject({ kind: 'denied', every: 1 });
    await expect(tenantSession(BANK_A, context())).rejects.toBeInstanceOf(UpstreamFailedError);
    sts.faults.clear();
    await expect(tenantSession(BANK_A, context())).resolves.toBeDefined();
  });

  test('of a request without time does not refuse the one that waits behind it', async () => {
    sts.faults.delay_ms = 150;
    const [hurried, patient] = await Promise.allSettled([
      tenantSession(BANK_A, context(50)),
      tenantSession(BANK_A, context()),
    ]);
    expect(hurried).toMatchObject({ status: 'rejected', reason: expect.any(UpstreamTimeoutError) });
    expect(patient.status).toBe('fulfilled');
  });

  test('that asks for slower requests is one, and a passing failure is waited out', async () => {
    sts.faults.inject({ kind: 'throttled', every: 1 });
    await expect(tenantSession(BANK_A, context(5_000))).rejects.toBeInstanceOf(UpstreamThrottledError);
    sts.faults.clear();
    sts.faults.inject({ kind: 'failed', every: 2 });
    await expect(
      Promise.all([tenantSession(BANK_A, context()), tenantSession(BANK_B, context())]),
    ).resolves.toHaveLength(2);
  });
});

test('a function without a SPIFFE ID says so', async () => {
  vi.stubEnv('MRT_SPIFFE_ID', '');
  await expect(tenantSession(BANK_A, context())).rejects.toThrow(/MRT_SPIFFE_ID/);
});
