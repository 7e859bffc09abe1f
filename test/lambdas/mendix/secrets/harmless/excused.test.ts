/** Names that say something about a secret, with values of each form that they may have, and of none. */
import { describe, expect, test } from 'vitest';
import { isHarmless } from '../../../../../lambdas/mendix/secrets/harmless/gate.ts';
import { readName } from '../../../../../lambdas/mendix/secrets/name/name.ts';

describe.each([
  ['PasswordLength', ['12', 'PT15M', '2024-03-01', '10.24.1', '8-64'], ['summer', 'https://www.example.org']],
  ['TokenRotation', ['90', 'P90D'], ['summer']],
  ['PasswordEnabled', ['true', 'No', 'off', '1'], ['summer', '12', 'truely', 'untrue']],
  [
    'TokenEndpoint',
    ['https://idp.example.org/token', 'idp.example.org', 'arn:aws:iam::123456789012:role/Reader', '/oauth/token'],
    ['summer', '12'],
  ],
  [
    'PasswordFile',
    ['/etc/shop/password', 'shop.pem', 's3://acme-keys/shop/', 'arn:aws:s3:::acme-keys/shop'],
    ['summer', '12'],
  ],
  [
    'PasswordField',
    [
      ...['Password', 'SHA-256', 'shop/prod/database', ';', '{1}', 'arn:aws:secretsmanager:eu-west-1:1:secret:shop'],
      ...['https://www.example.org/orders', 'name,address', '#FF8800', 'acme-prod-orders-eu1', 'application/json'],
      ...['3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44', 'shop/database'],
    ],
    ['Winter2024!', 'k3J9fD2mQ7xR4tW1', '2024-03-01'],
  ],
  ['PasswordTitle', ['Password', 'Choose a password of eight letters'], ['Winter2024!', '12']],
  ['PasswordRegex', ['^[A-Z]{8}$', 'yyyy-MM-dd', 'letters'], ['Winter2024!', '12']],
  ['PasswordPolicy', ['true', 'strict', '^[A-Z]{8}$', 'acme-prod-orders-eu1'], ['Winter2024!']],
  ['MaxTokens', ['4096'], ['summer', 'Winter2024!']],
  ['NumberTokens', ['4096'], ['summer']],
])('%s', (name, harmless, unknown) => {
  test.each(harmless)('is harmless as %s', (text) => expect(isHarmless(text, readName(name))).toBe(true));
  test.each(unknown)('is not known to be harmless as %s', (text) => {
    expect(isHarmless(text, readName(name))).toBe(false);
  });
});

test.each([
  'AccessKeyId',
  'AccesskeyId',
  'SecretId',
  'VaultSecretIds',
  'PasswordV',
  'Password2',
  'Tokens',
  'TokenLengthEnv',
])('nothing excuses %s', (name) => expect(readName(name).kind).toBe('secret'));

test.each(['SecretIdentifier', 'SecretIdField', 'AccessKeyIdentityField'])('%s is something about a secret', (name) => {
  expect(readName(name).kind).toBe('excused');
});
