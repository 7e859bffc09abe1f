import { Iam } from '@mrt/local-aws/iam/iam.ts';
import type { PolicyDocument, Statement } from '@mrt/local-aws/iam/policy.ts';
import { describe, expect, test } from 'vitest';
import { EVERYTHING, principal } from './principal.ts';

const OBJECT = 'arn:aws:s3:::files/a';
const READ: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/*', Principal: '*' };

function decide(endpoint: PolicyDocument[] | null, role: Statement[], inVpc = true, action = 's3:GetObject') {
  const iam = new Iam('eu-west-1');
  if (endpoint !== null) iam.setVpcEndpointPolicy('s3', endpoint, 'vpce-1');
  return iam.decide(principal(role, { inVpc }), action, OBJECT, {});
}

const document = (...Statement: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

describe('a role in the VPC', () => {
  test('is allowed what its own policies and the endpoint both allow', () => {
    expect(decide([document(READ)], [EVERYTHING])).toEqual({ allowed: true, reason: '' });
  });

  test('is refused what only its own policies allow', () => {
    const decision = decide([document({ ...READ, Action: 's3:ListBucket' })], [EVERYTHING]);
    expect(decision.allowed).toBe(false);
    expect(decision.reason).toContain('because no VPC endpoint policy allows the s3:GetObject action');
  });

  test('is refused what only the endpoint allows', () => {
    const decision = decide([document(READ)], []);
    expect(decision.allowed).toBe(false);
    expect(decision.reason).toContain('because no identity-based policy allows');
  });

  test('is refused what the endpoint denies', () => {
    const decision = decide([document(READ, { ...READ, Effect: 'Deny' })], [EVERYTHING]);
    expect(decision.reason).toContain('with an explicit deny in a VPC endpoint policy');
  });

  test('reaches nothing where the VPC has no endpoint', () => {
    expect(decide(null, [EVERYTHING]).allowed).toBe(false);
  });

  test('is not what a principal other than * means in a gateway endpoint', () => {
    const role = 'arn:aws:iam::000000000000:role/test-role';
    expect(decide([document({ ...READ, Principal: { AWS: role } })], [EVERYTHING]).allowed).toBe(false);
    const Condition = { ArnEquals: { 'aws:PrincipalArn': role } };
    expect(decide([document({ ...READ, Condition })], [EVERYTHING]).allowed).toBe(true);
  });

  test('can be bound to the endpoint by a policy of its own', () => {
    const via = (id: string) => [{ ...EVERYTHING, Condition: { StringEquals: { 'aws:SourceVpce': id } } }];
    expect(decide([document(READ)], via('vpce-1')).allowed).toBe(true);
    expect(decide([document(READ)], via('vpce-2')).allowed).toBe(false);
  });

  test('needs no endpoint for a database login', () => {
    expect(decide(null, [EVERYTHING], true, 'rds-db:connect').allowed).toBe(true);
    expect(decide(null, [READ], true, 'rds-db:connect').allowed).toBe(false);
  });
});

describe('a role outside the VPC', () => {
  test('is not bound by endpoint policies', () => {
    expect(decide([document()], [EVERYTHING], false).allowed).toBe(true);
    expect(decide([document()], [], false).allowed).toBe(false);
  });
});

describe('a policy that the check cannot read', () => {
  const unread = document({ ...READ, Condition: { DateLessThan: { 'aws:CurrentTime': '2027-01-01' } } });

  test('is refused when it is registered, not when it is first needed', () => {
    const iam = new Iam('eu-west-1');
    expect(() => iam.register(principal([], { policies: [unread] }))).toThrow(/DateLessThan/);
    expect(() => iam.setVpcEndpointPolicy('s3', [unread])).toThrow(/DateLessThan/);
    expect(() => iam.setVpcEndpointPolicy('s3', [document(READ)])).not.toThrow();
  });
});

describe('access keys', () => {
  test('are found by their id, and only by it', () => {
    const iam = new Iam('eu-west-1');
    const known = principal([EVERYTHING]);
    iam.register(known);
    expect(iam.byAccessKeyId(known.accessKeyId)).toBe(known);
    expect(iam.byAccessKeyId('ASIAOTHER')).toBeUndefined();
  });
});

describe('a session', () => {
  const session = { expires: Date.now() + 1000, tags: {}, transitive: [], sourceIdentity: null, policies: [] };
  const asked = (changes: Parameters<typeof principal>[1], role = [EVERYTHING]) =>
    new Iam('eu-west-1').decide(principal(role, changes), 's3:GetObject', OBJECT, {});

  test('may do what the role and its session policy both allow', () => {
    const limited = { session: { ...session, policies: [document({ ...READ, Resource: 'arn:aws:s3:::files/b' })] } };
    expect(asked(limited).reason).toContain('because no session policy allows');
    expect(asked({ session: { ...session, policies: [document(READ)] } }).allowed).toBe(true);
    expect(asked({ session: { ...session, policies: [document(READ)] } }, []).allowed).toBe(false);
  });

  test('is known by its tags, which go before those of the role', () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/tenant': 'a', 'aws:PrincipalTag/team': 'x' } };
    const role = [{ ...EVERYTHING, Condition }];
    const tags = { tenant: 'b', team: 'x' };
    expect(asked({ tags }, role).allowed).toBe(false);
    expect(asked({ tags, session: { ...session, tags: { tenant: 'a' } } }, role).allowed).toBe(true);
  });

  test('is forgotten a day after its end, and the keys of functions never are', () => {
    const iam = new Iam('eu-west-1');
    iam.register(principal([], { accessKeyId: 'ASIAOVER', session: { ...session, expires: 0 } }));
    iam.register(principal([], { accessKeyId: 'ASIAOWN' }));
    iam.forgetSessions(23 * 3600 * 1000);
    expect(iam.byAccessKeyId('ASIAOVER')).toBeDefined();
    iam.forgetSessions(25 * 3600 * 1000);
    expect(iam.byAccessKeyId('ASIAOVER')).toBeUndefined();
    expect(iam.byAccessKeyId('ASIAOWN')).toBeDefined();
  });
});
