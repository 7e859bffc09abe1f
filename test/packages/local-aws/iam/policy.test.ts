import { evaluate, type Statement, type Verdict } from '@mrt/local-aws/iam/policy.ts';
import { describe, expect, test } from 'vitest';

const READ: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/*' };
const ROLE = 'arn:aws:iam::000000000000:role/reader';

const variable = (name: string) => `${'$'}{${name}}`;

function verdict(statements: Statement[], context: Record<string, string | string[]> = {}, action = 's3:GetObject') {
  const request = { principalArn: ROLE, action, resource: 'arn:aws:s3:::files/a/b', context };
  return evaluate([{ Version: '2012-10-17', Statement: statements }], request);
}

describe('statements', () => {
  test.each<[string, Statement[], Verdict]>([
    ['nothing said is silence', [], 'silent'],
    ['an Allow that covers action and resource', [READ], 'allow'],
    ['another action is not covered', [{ ...READ, Action: 's3:PutObject' }], 'silent'],
    ['an action that begins alike is not covered', [{ ...READ, Action: 's3:GetObjectVersion' }], 'silent'],
    ['actions are compared without case', [{ ...READ, Action: 'S3:getobject' }], 'allow'],
    ['a wildcard in the action', [{ ...READ, Action: ['s3:List*', 's3:Get*'] }], 'allow'],
    ['another resource is not covered', [{ ...READ, Resource: 'arn:aws:s3:::files2/*' }], 'silent'],
    ['resources are compared with case', [{ ...READ, Resource: 'arn:aws:s3:::FILES/*' }], 'silent'],
    ['the bucket alone does not cover its objects', [{ ...READ, Resource: 'arn:aws:s3:::files' }], 'silent'],
    ['a question mark is one character', [{ ...READ, Resource: 'arn:aws:s3:::file?/a/b' }], 'allow'],
    ['a question mark is not two characters', [{ ...READ, Resource: 'arn:aws:s3:::fil?/a/b' }], 'silent'],
    ['a dot is no wildcard', [{ ...READ, Resource: 'arn:aws:s3:::files.a/b' }], 'silent'],
    ['NotAction covers what it does not name', [{ Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' }], 'allow'],
    ['NotAction does not cover what it names', [{ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }], 'silent'],
    ['NotResource', [{ Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::other/*' }], 'deny'],
    ['a Deny wins over an Allow before it', [READ, { ...READ, Effect: 'Deny' }], 'deny'],
    ['a Deny wins over an Allow after it', [{ ...READ, Effect: 'Deny' }, READ], 'deny'],
    ['a Deny of something else does not count', [READ, { ...READ, Effect: 'Deny', Action: 's3:Put*' }], 'allow'],
    ['anyone as principal', [{ ...READ, Principal: '*' }], 'allow'],
    ['the role as principal', [{ ...READ, Principal: { AWS: [ROLE] } }], 'allow'],
    ['the account as principal', [{ ...READ, Principal: { AWS: 'arn:aws:iam::000000000000:root' } }], 'allow'],
    ['another role as principal', [{ ...READ, Principal: { AWS: `${ROLE}2` } }], 'silent'],
    ['a service as principal', [{ ...READ, Principal: { Service: 's3.amazonaws.com' } }], 'silent'],
  ])('%s', (_, statements, expected) => {
    expect(verdict(statements)).toBe(expected);
  });

  test.each<[string, Statement, RegExp]>([
    ['an unknown condition', { ...READ, Condition: { DateLessThan: { 'aws:CurrentTime': '2027' } } }, /DateLessThan/],
    ['a variable with a default', { ...READ, Resource: `arn:aws:s3:::${variable("k:a, 'b'")}` }, /policy variables/],
    [
      'a variable without a name',
      { ...READ, Condition: { StringEquals: { 'k:a': variable('*') } } },
      /policy variables/,
    ],
    ['an unknown effect', { ...READ, Effect: 'allow' }, /effect/],
    ['an unknown element', { ...READ, NotPrincipal: '*' } as Statement, /NotPrincipal/],
    ['no action at all', { Effect: 'Allow', Resource: '*' }, /Action/],
  ])('%s is refused with its name, not passed over', (_, statement, message) => {
    expect(() => verdict([statement])).toThrow(message);
  });
});

describe('conditions', () => {
  const only = (operator: string, key: string, value: string | boolean | string[]): Statement[] => [
    { ...READ, Condition: { [operator]: { [key]: value } } },
  ];

  test.each<[string, Statement[], Record<string, string | string[]>, Verdict]>([
    ['equal text', only('StringEquals', 's3:prefix', 'acc-'), { 's3:prefix': 'acc-' }, 'allow'],
    ['unequal text', only('StringEquals', 's3:prefix', 'acc-'), { 's3:prefix': 'acc-2' }, 'silent'],
    ['an asterisk is literal in StringEquals', only('StringEquals', 's3:prefix', '*'), { 's3:prefix': 'a' }, 'silent'],
    ['one of several values', only('StringEquals', 's3:prefix', ['a', 'b']), { 's3:prefix': 'b' }, 'allow'],
    ['an absent key', only('StringEquals', 's3:prefix', 'acc-'), {}, 'silent'],
    ['an absent key with IfExists', only('StringEqualsIfExists', 's3:prefix', 'acc-'), {}, 'allow'],
    ['a wrong key with IfExists', only('StringEqualsIfExists', 's3:prefix', 'a'), { 's3:prefix': 'b' }, 'silent'],
    ['keys are compared without case', only('StringEquals', 'S3:Prefix', 'a'), { 's3:prefix': 'a' }, 'allow'],
    ['a pattern', only('StringLike', 's3:prefix', 'acc-*'), { 's3:prefix': 'acc-1' }, 'allow'],
    ['a pattern that fails', only('StringLike', 's3:prefix', 'acc-*'), { 's3:prefix': 'acc2' }, 'silent'],
    ['not equal', only('StringNotEquals', 's3:prefix', 'a'), { 's3:prefix': 'b' }, 'allow'],
    ['not equal to none of several', only('StringNotEquals', 's3:prefix', ['a', 'b']), { 's3:prefix': 'b' }, 'silent'],
    ['not equal holds for an absent key', only('StringNotEquals', 's3:prefix', 'a'), {}, 'allow'],
    ['an ARN pattern', only('ArnLike', 'aws:PrincipalArn', `${ROLE}*`), { 'aws:PrincipalArn': `${ROLE}2` }, 'allow'],
    [
      'an ARN wildcard stays within its part',
      only('ArnLike', 'aws:PrincipalArn', 'arn:*:role/reader'),
      { 'aws:PrincipalArn': ROLE },
      'silent',
    ],
    ['another ARN', only('ArnEquals', 'aws:PrincipalArn', ROLE), { 'aws:PrincipalArn': `${ROLE}2` }, 'silent'],
    ['a boolean', only('Bool', 'aws:SecureTransport', true), { 'aws:SecureTransport': 'true' }, 'allow'],
    [
      'a boolean that differs',
      only('Bool', 'aws:SecureTransport', 'false'),
      { 'aws:SecureTransport': 'true' },
      'silent',
    ],
    ['Null true on an absent key', only('Null', 's3:prefix', 'true'), {}, 'allow'],
    ['Null true on a present key', only('Null', 's3:prefix', 'true'), { 's3:prefix': '' }, 'silent'],
    ['Null false on a present key', only('Null', 's3:prefix', 'false'), { 's3:prefix': '' }, 'allow'],
    ['any of the values', only('ForAnyValue:StringEquals', 'k', 'a'), { k: ['b', 'a'] }, 'allow'],
    ['any of no values', only('ForAnyValue:StringEquals', 'k', 'a'), {}, 'silent'],
    ['all of the values', only('ForAllValues:StringEquals', 'k', ['a', 'b']), { k: ['b', 'a'] }, 'allow'],
    ['not all of the values', only('ForAllValues:StringEquals', 'k', ['a', 'b']), { k: ['b', 'c'] }, 'silent'],
    ['all of no values', only('ForAllValues:StringEquals', 'k', 'a'), {}, 'allow'],
  ])('%s', (_, statements, context, expected) => {
    expect(verdict(statements, context)).toBe(expected);
  });

  test('every condition of a block must hold', () => {
    const Condition = { StringEquals: { 's3:prefix': 'a', 's3:delimiter': '/' } };
    expect(verdict([{ ...READ, Condition }], { 's3:prefix': 'a', 's3:delimiter': '/' })).toBe('allow');
    expect(verdict([{ ...READ, Condition }], { 's3:prefix': 'a', 's3:delimiter': '-' })).toBe('silent');
  });
});

describe('variables', () => {
  const own: Statement = { ...READ, Resource: `arn:aws:s3:::files/${variable('aws:PrincipalTag/tenant')}/*` };
  const tenant = (value: string | string[]) => ({ 'aws:PrincipalTag/tenant': value });
  const other: Statement = { Effect: 'Deny', Action: '*', NotResource: own.Resource as string };
  const same = (operator: string): Statement => ({
    ...READ,
    Condition: { [operator]: { 'k:a': variable('k:b') } },
  });

  test.each<[string, Statement[], Record<string, string | string[]>, Verdict]>([
    ['stand for the value that the request has', [own], tenant('a'), 'allow'],
    ['with another value mean another resource', [own], tenant('b'), 'silent'],
    ['without a value mean nothing', [own], {}, 'silent'],
    ['with several values mean nothing', [own], tenant(['a', 'c']), 'silent'],
    ['do not become wildcards by their value', [own], tenant('*'), 'silent'],
    ['in the exceptions of a Deny except what they stand for', [READ, other], tenant('a'), 'allow'],
    ['in the exceptions of a Deny except nothing without a value', [READ, other], {}, 'deny'],
    ['in a condition are compared with another key', [same('StringEquals')], { 'k:a': 'x', 'k:b': 'x' }, 'allow'],
    ['in a condition may differ', [same('StringEquals')], { 'k:a': 'x', 'k:b': 'y' }, 'silent'],
    ['in a condition equal nothing without a value', [same('StringEquals')], { 'k:a': 'x' }, 'silent'],
    ['without a value differ from everything', [same('StringNotEquals')], { 'k:a': 'x' }, 'allow'],
    ['are no pattern in StringLike', [same('StringLike')], { 'k:a': 'x', 'k:b': '*' }, 'silent'],
  ])('%s', (_, statements, context, expected) => {
    expect(verdict(statements, context)).toBe(expected);
  });
});
