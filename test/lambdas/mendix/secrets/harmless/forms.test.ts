import { describe, expect, test } from 'vitest';
import { FORMS, isHarmless } from '../../../../../lambdas/mendix/secrets/harmless/gate.ts';
import { readName } from '../../../../../lambdas/mendix/secrets/name/name.ts';

const plain = { kind: 'plain', identifies: false } as const;
const isHarmlessPart = (part: string, label: string | null) =>
  isHarmless(part, label === null ? plain : readName(label));

test('these are the forms, and each of them is asked', () => {
  expect(FORMS.map(({ name }) => name)).toEqual([
    ...['word', 'short code', 'name of several parts', 'sentence'],
    ...['number', 'range, size or place', 'date or time', 'duration (ISO 8601)', 'schedule (cron)', 'version'],
    ...['telephone number', 'address of the Internet Protocol', 'postcode, VAT number, IBAN'],
    ...['date format', 'number format', 'colour', 'style (CSS)', 'regular expression', 'placeholder', 'separator'],
    ...['media type', 'time zone', 'algorithm or character set', 'public certificate or key'],
    ...['address without credentials', 'host, with port and path', 'mail address', 'path', 'file name or mask'],
    ...['resource name (ARN, URN)', 'scopes (OAuth 2.0)', 'identifier that is public by its form'],
    ...['list', 'pairs', 'JSON', 'HTML', 'XPath'],
  ]);
  for (const { good, matches } of FORMS) expect(matches(good[0] ?? '', isHarmlessPart)).toBe(true);
});

test('each form has a name of its own, and texts with it and without it', () => {
  expect(new Set(FORMS.map(({ name }) => name)).size).toBe(FORMS.length);
  for (const { good, bad } of FORMS) expect([good.length > 0, bad.length > 0]).toEqual([true, true]);
});

describe.each(FORMS)('the form "$name"', ({ good, bad, matches }) => {
  test.each(good)('has %s, which is harmless', (text) => {
    expect(matches(text, isHarmlessPart)).toBe(true);
    expect(isHarmless(text, plain)).toBe(true);
  });

  test.each(bad)('has not %s', (text) => {
    expect(matches(text, isHarmlessPart)).toBe(false);
  });
});

describe('a token beside what is harmless, with nothing, a blank or a line between them', () => {
  const TOKEN = 'k3J9fD2mQ7xR4tW1';
  // The first label of a host and the last part of an ARN may be anything: they are names that a cloud gives.
  const NAMED = [`${TOKEN}smtp.office365.com`, `${TOKEN}sap-prod.example.org:8443`, `role/OrdersReader${TOKEN}`];

  test.each(FORMS)('is not hidden by the form "$name"', ({ good }) => {
    const beside = good.flatMap((text) =>
      ['', ' ', '\n'].flatMap((between) => [`${TOKEN}${between}${text}`, `${text}${between}${TOKEN}`]),
    );
    const shown = beside.filter((text) => isHarmless(text, plain));
    expect(shown.filter((text) => !NAMED.some((name) => text.endsWith(name)))).toEqual([]);
  });
});

describe('what the name asks for', () => {
  test.each([
    ['TenantId', '3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44', true],
    ['Setting', '3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44', false],
    ['ServerName', 'sqlserver01', true],
    ['Setting', 'sqlserver01', false],
    ['TokenHeaderName', 'X-Token', true],
    ['TokenHeaderName', 'Winter2024', false],
    ['PasswordMinLength', '12', true],
    ['PasswordMinLength', 'Winter2024', false],
    ['PasswordUrl', 'https://www.example.org/password', true],
    ['PasswordUrl', 'summer', false],
    ['PrivateKeyPath', '/etc/keys/shop.pem', true],
    ['PrivateKeyPath', 'summer/winter', false],
    ['PasswordPolicyEnabled', 'true', true],
    ['PasswordPolicyEnabled', 'summer', false],
    ['PasswordRegex', '^[A-Z]{8}$', true],
    ['PasswordRegex', 'Winter2024$', false],
  ])('%s = %s is harmless: %s', (name, text, harmless) => {
    expect(isHarmless(text, readName(name))).toBe(harmless);
  });

  test('under the name of a secret nothing is', () => {
    expect(isHarmless('summer', readName('Password'))).toBe(false);
    expect(isHarmless('12', readName('Password'))).toBe(false);
  });
});

test('a part of a list or document is looked at for credentials, as a whole text is', () => {
  expect(isHarmless('{"note":"abcd efgh ijkl"}', plain)).toBe(true);
  expect(isHarmless('{"note":"abcd efgh ijkl mnop"}', plain)).toBe(false);
  expect(isHarmless('change,it', plain)).toBe(true);
  expect(isHarmless('one,changeit', plain)).toBe(false);
});

test('a text of more than 20,000 characters is unknown, whatever it is', () => {
  expect(isHarmless('word '.repeat(3_999), plain)).toBe(true);
  expect(isHarmless('word '.repeat(4_001), plain)).toBe(false);
});

/** What only this form lets pass is seen by asking it alone: others may know the text, too. */
describe.each([
  ['date format', `${'yyyy-MM-dd '.repeat(3)}HH:mm:s`, `${'yyyy-MM-dd '.repeat(3)}HH:mm:ss`],
  ['date format', 'yyyy-MM-dd', 'yyyy-MM-dd k3J9'],
  ['postcode, VAT number, IBAN', 'NL91 ABNA 0417 1643 00', 'NL92 ABNA 0417 1643 00'],
  ['XPath', '[Name = $Order]', 'Orders[Name = $Order]'],
  ['scopes (OAuth 2.0)', 'openid orders:read', 'myopenid orders:read'],
  ['scopes (OAuth 2.0)', 'openid read:xlsx', 'openid readxlsx'],
  ['host, with port and path', '1a:8080', '11:8080'],
])('the form "%s" by itself', (name, good, bad) => {
  const matches = (text: string) => FORMS.find((form) => form.name === name)?.matches(text, isHarmlessPart);
  test(`has ${good}`, () => expect(matches(good)).toBe(true));
  test(`has not ${bad}`, () => expect(matches(bad)).toBe(false));
});
