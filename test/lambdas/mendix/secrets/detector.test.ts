import { describe, expect, test } from 'vitest';
import {
  isExempt,
  isHarmlessDescription,
  type Secrecy,
  type Suspect,
  secretReason,
} from '../../../../lambdas/mendix/secrets/detector.ts';

const strict: Secrecy = { secret: [], not_secret: [], secrecy: 'strict' };
const detect: Secrecy = { ...strict, secrecy: 'detect' };

const suspect = (name: string, ...texts: string[]): Suspect => ({ name, type: 'string', texts, stored: false });

describe('the three verdicts', () => {
  test.each([
    ['Mail.Password', 'summer', 'name'],
    ['Db.Cfg', 'Server=db;Uid=app;Pass=Winter2024', 'value'],
    ['App.Setting', 'Winter2024!', 'unknown'],
    ['App.Setting', 'production', null],
  ])('%s = %s: %s', (name, text, reason) => {
    expect(secretReason(suspect(name, text), strict)).toBe(reason);
  });

  test('by detection alone, what is unknown is shown', () => {
    expect(secretReason(suspect('App.Setting', 'Winter2024!'), detect)).toBe(null);
    expect(secretReason(suspect('App.Setting', 'q7Rk2vXw9LbT4sYh8NdE5zKf'), detect)).toBe('value');
  });

  test('an empty text is harmless', () => {
    expect(secretReason(suspect('App.Setting', ''), strict)).toBe(null);
    expect(secretReason(suspect('App.Setting'), strict)).toBe(null);
  });
});

describe('configuration has the last word', () => {
  const host = suspect('Mail.SmtpHost', 'smtp.example.com');

  test.each([
    ['Mail.SmtpHost', 'configuration'],
    ['Mail.*', 'configuration'],
    ['*.SmtpHost', 'configuration'],
    ['Mail', null],
    ['mail.smtphost', null],
    ['Mail.Smtp', null],
    ['Mail.Smtp.ost', null],
  ])('the secret pattern %s makes Mail.SmtpHost %s', (pattern, reason) => {
    expect(secretReason(host, { ...strict, secret: [pattern] })).toBe(reason);
  });

  test.each([
    ['by name', suspect('Mail.ApiKey', 'abc'), 'name'],
    ['by value', suspect('Mail.Server', 'smtp://a:b@example.com'), 'value'],
    ['unknown', suspect('Mail.Tenant2', 'Winter2024!'), 'unknown'],
  ])('a secret %s that is listed as none is none', (_, secret, reason) => {
    expect(secretReason(secret, strict)).toBe(reason);
    expect(secretReason(secret, { ...strict, not_secret: ['Mail.*'] })).toBe(null);
  });

  test('listed as both, it is a secret', () => {
    const both: Secrecy = { ...strict, secret: ['Mail.ApiKey'], not_secret: ['Mail.*'] };
    expect(secretReason(suspect('Mail.ApiKey', 'abc'), both)).toBe('configuration');
    expect(isExempt('Mail.ApiKey', both)).toBe(false);
    expect(isExempt('Mail.SmtpHost', both)).toBe(true);
    expect(isExempt('Sales.Max', both)).toBe(false);
  });
});

describe('what else makes a secret', () => {
  test('a secret store does, whatever the name', () => {
    const rate: Suspect = { name: 'Sales.VatRate', type: 'decimal', texts: [], stored: true };
    expect(secretReason(rate, strict)).toBe('secret-store');
    expect(secretReason({ ...rate, stored: false }, strict)).toBe(null);
  });

  test('any of its texts does, also one that did not win', () => {
    expect(secretReason(suspect('App.Url', 'https://a.example.com', 'https://u:p@a.example.com'), strict)).toBe(
      'value',
    );
    expect(secretReason(suspect('App.Url', 'https://a.example.com', 'Winter2024!'), strict)).toBe('unknown');
    expect(secretReason(suspect('App.Url', 'https://a.example.com', 'https://b.example.com'), strict)).toBe(null);
  });

  test.each([
    ['boolean', 'Auth.UsePassword', null],
    ['date_time', 'Auth.PasswordSince', null],
    ['integer', 'Auth.PasswordMinLength', null],
    ['integer', 'Ai.MaxTokens', null],
    ['integer', 'Door.Pin', 'name'],
    ['decimal', 'Door.PinCode', 'name'],
    ['integer', 'Door.Pin2', 'name'],
    ['integer', 'Door.PIN_PROD', 'name'],
    ['integer', 'Door.PinTries', null],
    [null, 'Door.Pin', 'name'],
  ] as const)('of the type %s, %s: %s', (type, name, reason) => {
    expect(secretReason({ name, type, texts: ['4711'], stored: false }, strict)).toBe(reason);
  });

  test('a module is not read for the noun of a secret, its constant is', () => {
    expect(secretReason(suspect('Passwords.Greeting', 'hello'), strict)).toBe(null);
    expect(secretReason(suspect('Greetings.Password', 'hello'), strict)).toBe('name');
  });
});

describe('descriptions', () => {
  test.each([
    'This key will be used to encrypt and decrypt values.\r\nThe length of this key must be 32 characters.',
    'The prefix must be either {AES}, {AES2} or {AES3}.',
    'True: no money moves.\r\nMust be False in production.',
    'Password of the mail account, see https://wiki.example.com/mail.',
    '',
  ])('shown: %s', (description) => {
    expect(isHarmlessDescription('App.Setting', description, strict)).toBe(true);
    expect(isHarmlessDescription('App.Setting', description, detect)).toBe(true);
  });

  test.each([
    'Password: Winter2024!',
    'The password is summer',
    'Wachtwoord: zomer',
    'jdbc:postgresql://shop:s3cr3t@db.example.com/shop',
    'In production q7Rk2vXw9LbT4sYh8NdE5zKf1JcUa6Pg, in test something else.',
  ])('masked: %s', (description) => {
    expect(isHarmlessDescription('App.Setting', description, strict)).toBe(false);
    expect(isHarmlessDescription('App.Setting', description, detect)).toBe(false);
    expect(isHarmlessDescription('App.Setting', description, { ...strict, not_secret: ['App.*'] })).toBe(true);
  });

  test('strictly, one that is not known to be prose is masked', () => {
    expect(isHarmlessDescription('App.Setting', 'Use svc and Winter2024!', strict)).toBe(false);
    expect(isHarmlessDescription('App.Setting', 'Use svc and Winter2024!', detect)).toBe(true);
  });
});

test.each([
  'a'.repeat(50_000),
  `https://${':'.repeat(50_000)}`,
  'password '.repeat(6_000),
  '?'.repeat(50_000),
  '['.repeat(20_000),
  `{"a":${'['.repeat(5_000)}`,
  'a=b;'.repeat(5_000),
  '<b>'.repeat(6_000),
  'a.'.repeat(10_000),
  '1,'.repeat(10_000),
  '* '.repeat(9_000),
  '{a'.repeat(9_000),
  'is is '.repeat(3_000),
  `${'a-'.repeat(9_000)}1`,
  ' '.repeat(19_000),
  `x${' '.repeat(19_000)}:`,
])('hostile text takes less than a second of the processor: %#', (text) => {
  const begun = process.cpuUsage();
  secretReason(suspect('A.B', text), strict);
  isHarmlessDescription('A.B', text, strict);
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});
