// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's.

import { resolveTemplate } from '@mrt/local-aws/cloudformation/intrinsics.ts';
import type { Json, Template } from '@mrt/local-aws/cloudformation/template.ts';
import { describe, expect, test } from 'vitest';

const PLACE = { stackName: 'mrt-local', account: '000000000000', region: 'eu-west-1' };

/** What `value` becomes as a property of a resource. */
function resolved(value: Json, template: Partial<Template> = {}): Json | undefined {
  const Resources = {
    ...template.Resources,
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'reader' } },
    Subject: { Type: 'Custom::Subject', Properties: { value } },
  };
  return resolveTemplate({ ...template, Resources }, PLACE)['Subject']?.properties['value'];
}

describe('intrinsics', () => {
  test.each<[string, Json, Json]>([
    ['Ref of a resource', { Ref: 'Role' }, 'reader'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['GetAtt', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::000000000000:role/reader'],
    ['GetAtt in short', { 'Fn::GetAtt': 'Role.Arn' }, 'arn:aws:iam::000000000000:role/reader'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Role' }, 'b']] }, 'a-reader-b'],
    ['Split and Select', { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Role', 'Arn'] }] }] }, 'reader'],
    [
      'Sub',
      { 'Fn::Sub': '${AWS::AccountId}/${Role}/${Role.Arn}/${!Literal}' },
      '000000000000/reader/arn:aws:iam::000000000000:role/reader/${Literal}',
    ],
    ['Sub with values', { 'Fn::Sub': ['${Own}-${Role}', { Own: { Ref: 'AWS::Partition' } }] }, 'aws-reader'],
    ['a list without AWS::NoValue', ['a', { Ref: 'AWS::NoValue' }], ['a']],
    ['nested objects', { a: [{ b: { Ref: 'Role' } }] }, { a: [{ b: 'reader' }] }],
  ])('%s', (_name, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test('FindInMap, If and parameters', () => {
    const template: Partial<Template> = {
      Parameters: { Size: { Default: 'small' } },
      Mappings: { Memory: { small: { mb: 128 } } },
      Conditions: {
        Small: { 'Fn::Equals': [{ Ref: 'Size' }, 'small'] },
        Large: { 'Fn::Not': [{ Condition: 'Small' }] },
      },
    };
    expect(resolved({ 'Fn::FindInMap': ['Memory', { Ref: 'Size' }, 'mb'] }, template)).toBe(128);
    expect(resolved({ 'Fn::If': ['Large', 'yes', { Ref: 'AWS::NoValue' }] }, template)).toBeUndefined();
    expect(resolved({ 'Fn::If': ['Small', 'yes', 'no'] }, template)).toBe('yes');
  });

  test('that are unknown are refused by name, and so are references that lead nowhere or in a circle', () => {
    expect(() => resolved({ 'Fn::Cidr': ['10.0.0.0/16', 2, 8] })).toThrow('Fn::Cidr');
    expect(() => resolved({ Ref: 'Nothing' })).toThrow('Nothing');
    const circle = {
      A: { Type: 'X', Properties: { b: { Ref: 'B' } } },
      B: { Type: 'X', Properties: { a: { Ref: 'A' } } },
    };
    expect(() => resolved('', { Resources: circle })).toThrow('circle');
  });
});

test('a resource whose condition does not hold is not there', () => {
  const Resources = { Off: { Type: 'X', Condition: 'Never' }, On: { Type: 'X', Condition: 'Always' } };
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] }, Always: { 'Fn::Equals': ['a', 'a'] } };
  expect(Object.keys(resolveTemplate({ Resources, Conditions }, PLACE))).toEqual(['On']);
});

test('physical ids are the same for the same template, and look like the real ones', () => {
  const template: Template = {
    Resources: {
      Pool: { Type: 'AWS::Cognito::UserPool' },
      Ids: {
        Type: 'Custom::Ids',
        Properties: { pool: { Ref: 'Pool' }, url: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] } },
      },
    },
  };
  const ids = resolveTemplate(template, PLACE)['Ids']?.properties;
  // aws-jwt-verify accepts no other form.
  expect(ids?.['pool']).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/);
  expect(ids?.['url']).toBe(`https://cognito-idp.eu-west-1.amazonaws.com/${ids?.['pool']}`);
  expect(resolveTemplate(template, PLACE)['Ids']?.properties).toEqual(ids);
});
