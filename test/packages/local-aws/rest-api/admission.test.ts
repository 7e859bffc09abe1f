/**
 * Who comes in at a private REST API. The tables are those of the API Gateway guide, "How API Gateway resource policies affect
 * authorization workflow": A for one account and for a function's decision, B across accounts.
 */
import { Iam, type Principal } from '@mrt/local-aws/iam/iam.ts';
import type { Statement } from '@mrt/local-aws/iam/policy.ts';
import {
  type AuthorizerDecision,
  admitByDecision,
  admitByIam,
  readDecision,
  resourceVerdict,
} from '@mrt/local-aws/rest-api/admission.ts';
import { describe, expect, test } from 'vitest';
import { principal } from '../iam/principal.ts';
import { signedHeaders, type ToBeSigned } from '../signed-headers.ts';
import { ARN, apiOf, methodOf, PLACE } from './api.ts';

type Effect = 'Allow' | 'Deny';
const HOST = '127.0.0.1:4000';
const PATH = '/files/a';
const OTHER_ACCOUNT = 'arn:aws:iam::987654321098:role/partner';

const own = (Effect: Effect, Resource = `${ARN}/GET/files/*`): Statement => ({
  Effect,
  Action: 'execute-api:Invoke',
  Resource,
});
const anyone = (Effect: Effect, Condition?: Statement['Condition']): Statement => ({
  ...own(Effect, 'execute-api:/*'),
  Principal: '*',
  ...(Condition && { Condition }),
});
const of = <Of>(effect: Effect | 'Neither', statement: (effect: Effect) => Of): Of[] =>
  effect === 'Neither' ? [] : [statement(effect)];

interface Call {
  /** The caller's own policy, and the API's. */
  role?: Statement[];
  api?: Statement[];
  caller?: Partial<Principal>;
  /** What is signed otherwise than it is sent. */
  signed?: Partial<ToBeSigned>;
  body?: string;
  headers?: Record<string, string>;
}

/** `in` or the type of the refusal. */
async function byIam({
  role = [],
  api = [],
  caller = {},
  signed = {},
  body = '',
  headers = {},
}: Call): Promise<string> {
  const iam = new Iam('eu-west-1');
  const known = principal(role, caller);
  iam.register(known);
  const target = `/prod${PATH}`;
  const keys = {
    access_key_id: known.accessKeyId,
    secret_access_key: known.secretAccessKey,
    session_token: known.sessionToken,
  };
  const given = await signedHeaders({ method: 'GET', host: HOST, path: target, body: '', keys, ...signed });
  const wire = { method: 'GET', target, headers: { ...given, ...headers }, body: Buffer.from(body) };
  const admitted = admitByIam(
    { api: apiOf(api), place: PLACE, iam },
    { wire, method: methodOf(), path: PATH, endpointId: 'vpce-1', sourceIp: '10.0.0.1' },
  );
  return 'type' in admitted ? admitted.type : 'in';
}

function byDecision(decision: AuthorizerDecision, api: Statement[]): string {
  const wire = { method: 'GET', target: `/prod${PATH}`, headers: {}, body: Buffer.alloc(0) };
  const admitted = admitByDecision(
    { api: apiOf(api), place: PLACE, iam: new Iam('eu-west-1') },
    { wire, method: methodOf(), path: PATH, endpointId: 'vpce-1', sourceIp: '10.0.0.1' },
    decision,
  );
  return 'type' in admitted ? admitted.type : 'in';
}

const decisionOf = (statements: Statement[]): AuthorizerDecision => ({
  principalId: 'someone',
  policyDocument: { Version: '2012-10-17', Statement: statements as never },
  context: {},
});

const TABLE_A = [
  ['Allow', 'Allow', 'in'],
  ['Allow', 'Neither', 'in'],
  ['Allow', 'Deny', 'ACCESS_DENIED'],
  ['Neither', 'Allow', 'in'],
  ['Neither', 'Neither', 'ACCESS_DENIED'],
  ['Neither', 'Deny', 'ACCESS_DENIED'],
  ['Deny', 'Allow', 'ACCESS_DENIED'],
  ['Deny', 'Neither', 'ACCESS_DENIED'],
  ['Deny', 'Deny', 'ACCESS_DENIED'],
] as const;

describe('a role of the API’s account, and a function’s decision', () => {
  test.each(TABLE_A)('%s, with %s by the API’s policy: %s', async (mine, policy, outcome) => {
    const role = of(mine, own);
    const api = of(policy, anyone);
    expect([await byIam({ role, api }), byDecision(decisionOf(role), api)]).toEqual([outcome, outcome]);
  });
});

describe('a role of another account', () => {
  test.each(TABLE_A)('%s, with %s by the API’s policy: both must allow', async (mine, policy) => {
    const call = { role: of(mine, own), api: of(policy, anyone), caller: { roleArn: OTHER_ACCOUNT } };
    expect(await byIam(call)).toBe(mine === 'Allow' && policy === 'Allow' ? 'in' : 'ACCESS_DENIED');
  });
});

describe('a right', () => {
  test('is for the method and the path that it names', async () => {
    expect(await byIam({ role: [own('Allow', `${ARN}/GET/files/a`)] })).toBe('in');
    for (const resource of [`${ARN}/POST/files/*`, `${ARN}/GET/files/b`, `${ARN}x/GET/files/*`]) {
      expect([resource, await byIam({ role: [own('Allow', resource)] })]).toEqual([resource, 'ACCESS_DENIED']);
    }
  });

  test('may be bound to the endpoint that the request came by', async () => {
    const at = (endpoint: string) => [anyone('Allow', { StringEquals: { 'aws:SourceVpce': endpoint } })];
    expect(await byIam({ api: at('vpce-1') })).toBe('in');
    expect(await byIam({ api: at('vpce-2') })).toBe('ACCESS_DENIED');
  });
});

describe('a signature', () => {
  const role = [own('Allow')];

  test('is for execute-api, and for what was sent', async () => {
    expect(await byIam({ role })).toBe('in');
    // Another service's is not read as a signature of this one at all.
    expect(await byIam({ role, signed: { service: 's3' } })).not.toBe('in');
    for (const signed of [{ method: 'POST' }, { path: '/prod/files/b' }, { body: 'other' }]) {
      expect([signed, await byIam({ role, signed })]).toEqual([signed, 'INVALID_SIGNATURE']);
    }
    expect(await byIam({ role, body: 'not what was signed' })).toBe('INVALID_SIGNATURE');
  });

  test('by other keys than are known is none', async () => {
    const keys = { access_key_id: 'ASIAUNKNOWN', secret_access_key: 'x', session_token: 'y' };
    expect(await byIam({ role, signed: { keys } })).not.toBe('in');
  });

  test('holds for five minutes', async () => {
    const ago = (minutes: number) => ({ at: new Date(Date.now() - minutes * 60_000) });
    expect(await byIam({ role, signed: ago(4) })).toBe('in');
    expect(await byIam({ role, signed: ago(6) })).not.toBe('in');
  });

  // A token is no signature: what API Gateway misses is "Authentication Token" in IAM's sense.
  test('that is a bearer token, or not there, is missing', async () => {
    for (const authorization of ['Bearer abc', '', 'AWS4-HMAC-SHA256 nonsense']) {
      expect(await byIam({ role, headers: { authorization } })).toBe('MISSING_AUTHENTICATION_TOKEN');
    }
  });
});

test('before the authorizer, the API’s policy is asked for a refusal of whoever it is', () => {
  const wire = { method: 'GET', target: `/prod${PATH}`, headers: {}, body: Buffer.alloc(0) };
  const asked = { wire, method: methodOf(), path: PATH, endpointId: 'vpce-1', sourceIp: '10.0.0.1' };
  const verdict = (statements: Statement[]) =>
    resourceVerdict({ api: apiOf(statements), place: PLACE, iam: new Iam('eu-west-1') }, asked, null);
  const elsewhere = { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } };
  expect(verdict([anyone('Allow'), anyone('Deny', elsewhere)])).toBe('allow');
  expect(verdict([anyone('Allow'), anyone('Deny', { StringNotEquals: { 'aws:SourceVpce': 'vpce-2' } })])).toBe('deny');
});

// API Gateway guide, "Output from an API Gateway Lambda authorizer": the context has no list and no object.
test('a decision has a principal, a policy and a flat context, or is a configuration error', () => {
  const good = {
    principalId: 'x',
    policyDocument: { Statement: [own('Allow')] },
    context: { a: 'b', n: 1, yes: true },
  };
  const read = (value: unknown) => readDecision(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  expect(read(good)).toMatchObject(good);
  for (const bad of [
    '',
    'no JSON',
    {},
    { ...good, principalId: 7 },
    { ...good, context: { a: [] } },
    { ...good, policyDocument: {} },
  ]) {
    expect([bad, read(bad)]).toEqual([bad, null]);
  }
});
