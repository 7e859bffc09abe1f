import { describe, expect, test } from 'vitest';
import { isCredentialForm } from '../../../../../lambdas/mendix/secrets/credential/forms.ts';
import { holdsLabelledCredential } from '../../../../../lambdas/mendix/secrets/credential/labelled.ts';
import { isRandomToken } from '../../../../../lambdas/mendix/secrets/credential/random.ts';

describe('a value that is labelled as a secret', () => {
  test.each([
    'Server=db;Uid=app;Pass=Winter2024',
    'host=db user=app passwd=Winter2024',
    '{"user":"app","pass":"Winter2024"}',
    '{\\"password\\":\\"summer\\"}',
    '{"client":{"id":"sync","secret":"summer"}}',
    'user: sync\npassword: summer',
    '<wsse:Password Type="PasswordText">summer</wsse:Password>',
    '--host a --password summer',
    'X-Api-Key: 9f8e7d6c',
    'https://jenkins.example.org/job/build?token=summer',
    'url: https://example.org/feed?page=1&access_token=summer',
    'Authorization: Bearer abcd-efgh-ijkl',
    'mot de passe : tournesol',
    'The password is summer.',
    'Das Passwort lautet Sommer',
    'パスワード: ひまわり',
    'The password for the server of the shop is summer, keep it',
  ])('is held by %s', (text) => {
    expect(holdsLabelledCredential(text)).toBe(true);
  });

  test.each([
    'Server=db;Uid=app;Password={1}',
    'Server=db;Uid=app;Integrated Security=true',
    '{"password":null,"user":"app"}',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop',
    'The password is required.',
    'The password is used for the server.',
    'Whether the password is encrypted.',
    'Your password has been reset',
    'Content-Type: application/json',
    'page=1&size=20&sort=name',
  ])('is not held by %s', (text) => {
    expect(holdsLabelledCredential(text)).toBe(false);
  });
});

test('of a long text the first 20,000 characters are searched', () => {
  const label = ' password=summer';
  expect(holdsLabelledCredential('a '.repeat(9_992) + label)).toBe(true);
  expect(holdsLabelledCredential('a '.repeat(10_000) + label)).toBe(false);
});

describe('a form that is nothing but a credential', () => {
  test.each([
    'jdbc:oracle:thin:scott/tiger@//db.example.org:1521/orcl',
    'ftp://klant:oranje@ftp.example.org/in',
    'ABCDE-12345-FGHIJ-67890-KLMNO',
    'abcd efgh ijkl mnop',
    'https://acme.example.org/api?sig=abcdefgh',
    'curl -u svc:winter https://api.example.org',
    'Cookie: session=abcdefghijkl',
    'Accept: application/json\nset-cookie: JSESSIONID=abcdefghijkl; Secure',
    'changeit',
    'c3ZjOnN1bW1lcg==',
    'Authentication=Basic c3ZjOnN1bW1lcg==',
    'CREATE USER shop IDENTIFIED BY summer',
    'legal winner thank year wave sausage worth useful legal winner thank yellow',
  ])('is %s', (text) => {
    expect(isCredentialForm(text)).toBe(true);
  });

  test.each([
    'jdbc:oracle:thin:@//db.example.org:1521/orcl',
    'ftp://ftp.example.org/in',
    'https://acme.example.org/api?page=12345',
    'curl https://api.example.org',
    'Cookie: consent=yes',
    'Cookie: none of this site',
    'change it',
    'Production',
    'U3VtbWVy',
  ])('is not %s', (text) => {
    expect(isCredentialForm(text)).toBe(false);
  });
});

test.each([
  ['q7Rk2vXw9LbT4sYh8NdE5zKf', true],
  ['9f8e7d6c5b4a39281706f5e4d3c2b1a0', true],
  ['AtlasDesignSystemDefaultTheme', false],
  ['q7Rk2vXw9LbT4sY', false],
])('%s looks random: %s', (text, random) => {
  expect(isRandomToken(text)).toBe(random);
});
