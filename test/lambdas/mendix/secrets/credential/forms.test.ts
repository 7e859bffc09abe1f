/** Every form of a credential with a text that has it and one that nearly has it; all of them are made up. */
import { describe, expect, test } from 'vitest';
import { isCredentialForm } from '../../../../../lambdas/mendix/secrets/credential/forms.ts';

/** In two parts, so that no scanner takes the file for a leak. */
const joined = (...parts: string[]) => parts.join('');

describe.each([
  ['a private key (PEM)', '-----BEGIN RSA PRIVATE KEY-----\nMIIB', '-----BEGIN RSA PUBLIC KEY-----\nMIIB'],
  ['a private key (PEM, PKCS 8)', '-----BEGIN PRIVATE KEY-----\nMIIB', '-----BEGIN CERTIFICATE-----\nMIIB'],
  ['a private key (OpenPGP)', '-----BEGIN PGP PRIVATE KEY BLOCK-----', '-----BEGIN PGP MESSAGE-----'],
  ['an access key of AWS', joined('key AK', 'IAIOSFODNN7EXAMPLE'), joined('key AK', 'IAIOSFODNN7EXAMPL')],
  ['a session key of AWS', joined('AS', 'IAIOSFODNN7EXAMPLE'), joined('AR', 'OAIOSFODNN7EXAMPLE')],
  ['a token of GitHub', joined('gh', 'p_abcdefghij0123456789'), joined('gh', 'p_abcdefghij012345678')],
  [
    'a fine-grained token of GitHub',
    joined('github', '_pat_abcdefghij0123456789'),
    joined('github', '_pat_abcdefghij'),
  ],
  ['a token of GitLab', joined('glp', 'at-abcdefghij-01234'), joined('glp', 'at-abcdefghij-0123')],
  ['a token of Slack', joined('xo', 'xb-0123456789'), joined('xo', 'xb-012345678')],
  ['a key of Stripe', joined('sk', '_live_abcdefgh'), joined('pk', '_live_abcdefgh')],
  ['a restricted key of Stripe', joined('rk', '_test_abcdefgh'), joined('rk', '_test_abcdefg')],
  ['a key of a model', joined('sk', '-abcdefghij0123456789'), joined('sk', '-abcdefghij012345678')],
  ['a webhook secret of Stripe', joined('wh', 'sec_abcdefgh'), joined('wh', 'sec_abcdefg')],
  ['a key of Google', joined('AI', 'zaabcdefghij0123456789abcdefghij'), joined('AI', 'zaabcdefghij')],
  ['a client secret of Google', joined('GOC', 'SPX-abcdefghij0123456789'), joined('GOC', 'SPX-abcdefghij012345678')],
  ['a key of SendGrid', joined('S', 'G.abcdefghij012345.abcdefghij012345'), joined('S', 'G.abcdefghij012345.abc')],
  ['an access token of Google', joined('ya', '29.abcdefghij'), joined('ya', '29.abcdefghi')],
  ['a refresh token of Google', joined('1/', '/0abcdefghij0123456789'), joined('1/', '/0abcdefghij')],
  ['a token of npm', joined('np', 'm_abcdefghij012345'), joined('np', 'm_abcdefghij01234')],
  ['a token of Vault', joined('hv', 's.abcdefghij012345'), joined('hv', 's.abcdefghij01234')],
  ['a key of age', joined('AGE-SECRET', '-KEY-abcdefghij012345'), joined('AGE-SECRET', '-KEY-abcdefghij01234')],
  ['a JSON web token', joined('ey', 'Jabcdefgh.abcdefgh.x'), joined('ey', 'Jabcdefg.abcdefgh.x')],
  ['a private key (DER)', joined('MII', 'BVQIBADANBgkqhkiG9w0B'), joined('xMII', 'BVQIBADANBgkqhkiG9w0')],
  ['a product key in fives', 'ABCDE-12345-FGHIJ-67890', 'ABCDE-12345-FGHIJ'],
  ['a product key in fours', 'AB12-CD34-EF56-GH78', 'AB12-CD34-EF56'],
  ['a product key, and not dates or words', 'ABCD-1234-EFGH-5678', 'ABCD-EFGH-IJKL-MNOP'],
  ['a product key, and not a number', 'A234-1234-5678-9012', '1234-1234-5678-9012'],
  ['what Java is delivered with', 'changeit', 'changeit later'],
  ['what Java is delivered with, in capitals', 'ChangeMe', 'PleaseChangeMe'],
  ['what Firebird is delivered with', 'masterkey', 'themasterkey'],
  ['what people take', 'iloveyou', 'iloveyouall'],
  ['an app password', 'abcd efgh ijkl mnop', 'abcd efgh ijkl mno'],
  ['an app password alone', 'abcd efgh ijkl mnop', 'Use abcd efgh ijkl mnop'],
  ['an app password and no more', 'abcd efgh ijkl mnop', 'abcd efgh ijkl mnopq'],
  ['an app password with dashes', 'abcd-efgh-ijkl-mnop', 'abcd-efgh ijkl-mnop'],
  [
    'a recovery phrase of twelve words',
    'legal winner thank year wave sausage worth useful legal winner thank yellow',
    'legal winner thank year wave sausage worth useful legal winner thank',
  ],
  [
    'a recovery phrase of fifteen words',
    'legal winner thank year wave sausage worth useful legal winner thank yellow abandon ability able',
    'legal winner thank year wave sausage worth useful legal winner thank yellow abandon',
  ],
  ['a value that Mendix encrypted', '{AES3}abcdefgh', '{AES3}abcdefg'],
  ['a value of an older encryption', '{AES}abcdefgh', '{AES4}abcdefgh'],
  ['a password that Mendix hashed', '{BCrypt}$2a', '{BCrypt}'],
  ['a hashed password', '$2b$10$abc', '$2c$10$abc'],
])('%s', (_, credential, near) => {
  test('is a credential', () => expect(isCredentialForm(credential)).toBe(true));
  test('is told from what looks like it', () => expect(isCredentialForm(near)).toBe(false));
});

describe.each([
  ['Slack', 'https://hooks.slack.com/services/T0/B0/x', 'https://slack.com/services/T0'],
  ['Teams', 'https://acme.webhook.office.com/webhookb2/x', 'https://www.office.com/webhook'],
  ['Discord', 'https://discord.com/api/webhooks/1/x', 'https://discord.com/api/v10'],
  ['Discord, formerly', 'https://discordapp.com/api/webhooks/1/x', 'https://discordapp.com/developers'],
  ['Zapier', 'https://hooks.zapier.com/hooks/catch/1/x', 'https://zapier.com/help'],
  ['Make', 'https://hook.eu1.make.com/abcdefgh', 'https://www.make.com/en'],
  ['Telegram', joined('https://api.telegram.org/bot', '123456:abcdefghij0123456789'), 'https://api.telegram.org/bots'],
  ['a second factor', 'otpauth://totp/Acme?issuer=Acme', 'otp://totp/Acme'],
])('an address of %s', (_, permission, near) => {
  test('that is the permission itself is a credential', () => expect(isCredentialForm(permission)).toBe(true));
  test('that anybody may know is none', () => expect(isCredentialForm(near)).toBe(false));
});

describe.each([
  ['a scheme and its token', 'Bearer abcdefgh', 'Bearer abcdefg'],
  ['a scheme and its token, and no more', 'Bearer abcdefgh', 'Bearer abcdefgh and more'],
  ['a header with scheme and token', 'Authorization: Token abcdefgh', 'AuthorizationToken abcdefgh and more'],
  ['a key as a scheme has it', 'ApiKey abcdefgh', 'ApiKeys abcdefgh'],
  ['a cookie', 'Cookie: id=abcdefgh', 'Cookie: id=abcdefg'],
  ['a cookie that is set', 'Set-Cookie: id=abcdefgh', 'No-Cookie: id=abcdefgh'],
  ['a cookie in a later line', 'Accept: */*\ncookie: id=abcdefgh', 'Accept: */* cookie: id=abcdefgh'],
  ['login and password in an address', 'amqp://app:summer@mq.example.org', 'amqp://app@mq.example.org'],
  ['a password alone in an address', 'redis://:summer@cache.example.org', 'redis://:6379/0'],
  [
    'a key in place of the login',
    'https://abcdefghij0123456789@sentry.example.org/1',
    'https://jan@sentry.example.org/1',
  ],
  [
    'a distinguished name and its password',
    'ldap://cn=app,dc=acme:summer@dir.example.org',
    'ldap://dir.example.org/dc=acme',
  ],
  ['Oracle: login, password, server', 'scott/tiger@db:1521', 'scott/tiger'],
  ['a signature in a query', 'https://a.example.org/?sig=abcd', 'https://a.example.org/?sign=abcd'],
  ['a key in a fragment', 'https://a.example.org/#key=abcd', 'https://a.example.org/#keyword=abcd'],
  ['a code behind others', 'https://a.example.org/?a=1&code=abcd', 'https://a.example.org/?a=1&code=abc'],
  ['a signature of AWS', 'https://a.example.org/?X-Amz-Signature=abcd', 'https://a.example.org/?X-Amz-Date=abcd'],
  ['a login and one letter for the password', 'u=svc&p=summer', 'u=svc&page=summer'],
  ['a login by its long name', 'username=svc;p=summer', 'nickname=svc;p=summer'],
  ['a login for curl', 'curl -u svc:summer https://a', 'curl -U svc:summer https://a'],
  ['a password for mysql', 'mysql -uapp -psummer', 'mysqldump -uapp -psummer'],
  ['a password in SQL', 'alter user a identified by summer', 'identified by'],
  ['a line of .netrc', 'machine a login b password c', 'machine a login b'],
])('%s', (_, pair, near) => {
  test('is a credential', () => expect(isCredentialForm(pair)).toBe(true));
  test('is told from what looks like it', () => expect(isCredentialForm(near)).toBe(false));
});

describe('a login and its password in base64', () => {
  const encoded = (text: string) => Buffer.from(text, 'latin1').toString('base64');

  test.each([
    ['alone', encoded('svc:summer')],
    ['behind a label', `value="${encoded('svc:summer')}`],
    ['behind a word', `Basic ${encoded('svc:summer')}`],
  ])('%s is a credential', (_, text) => {
    expect(isCredentialForm(text)).toBe(true);
  });

  test.each([
    ['without a colon', encoded('svc summer')],
    ['without a login', encoded(':summertime')],
    ['without a password', encoded('svcsummer:')],
    ['behind bytes that are no text', encoded('\u0001\u0002svc:summer1')],
    ['of bytes that are no text', encoded('svc:\u0001\u0002\u0003\u0004')],
    ['cut short', encoded('svc:summers!').slice(0, -1)],
    ['inside a longer word', `x.${encoded('svc:summer')}`],
  ])('%s is none', (_, text) => {
    expect(isCredentialForm(text)).toBe(false);
  });
});
