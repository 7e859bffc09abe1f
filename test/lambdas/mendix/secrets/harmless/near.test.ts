/** Texts that are nearly harmless, each beside one that is: what tells them apart is one sign. */
import { describe, expect, test } from 'vitest';
import { isHarmless } from '../../../../../lambdas/mendix/secrets/harmless/gate.ts';
import { readName } from '../../../../../lambdas/mendix/secrets/name/name.ts';

const TOKEN = 'k3J9fD2m';
const plain = readName('Setting');

describe.each([
  ['a colour as a function', 'rgb(1, 2, 3)', `${TOKEN}rgb(1, 2, 3)`],
  ['a colour with something behind it', 'hsl(1, 2%, 3%)', `hsl(1, 2%, 3%)${TOKEN}`],
  ['a media type of several parts', 'application/vnd.acme.order+json', `application/vnd.${TOKEN}+json`],
  ['an algorithm', 'SHA-256', `${TOKEN}SHA-256`],
  [
    'a certificate',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    `${TOKEN}-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----`,
  ],
  ['a date format of 40 signs', `${'yyyy-MM-dd '.repeat(3)}HH:mm:s`, 'yyyy-MM-dd HkKmMs'],
  ['a date format with a word', "yyyy 'at' MM", `yyyy-MM ${TOKEN}`],
  ['a person before an address', 'Acme Support <support@example.org>', `Acme ${TOKEN} <support@example.org>`],
  ['scopes of which one is known', 'openid orders:read', 'myopenid s3cr3t:read'],
  ['scopes that are words', 'openid ab:qa', `openid mx:${TOKEN}`],
  ['a domain', 'shop.nl', 'shop.nlx9'],
  ['a domain under a long ending', 'summer.shop', 'k3.shopping'],
  ['a host with letters and a port', 'db01:5432', '1234:5678'],
  ['a mask of words', 'orders*', 'orders2024*'],
  ['an XPath', '[Name = $Order]', `x${TOKEN}[Name = $Order]`],
  ['an XPath of percents', "[%CurrentUser% = 'a']", "[50%off%x9 = 'k3']"],
  ['pairs', 'page size=20&sort=name', `page ${TOKEN}=20&sort=name`],
  ['a user agent', 'Shop/1.0', '4711Shop/1.0'],
  ['a postcode', '1012 AB', 'x71012 AB'],
  ['an IBAN in fours', 'NL91 ABNA 0417 1643 00', 'NL92 ABNA 0417 1643 00k3'],
  [
    'an address with properties',
    'jdbc:sqlserver://db.example.org;databaseName=crm;encrypt=true',
    'jdbc:sqlserver://db.example.org;password=crm;encrypt=true',
  ],
  ['an address with a fragment', 'https://www.example.org/#help', `https://www.example.org/#${TOKEN}Q7xR4`],
  ['an address with a named port', 'https://www.example.org:{port}/a', `https://www.example.org:${TOKEN}/a`],
  [
    'Oracle: server and service',
    'jdbc:oracle:thin:@db.example.org:1521:orcl',
    `jdbc:oracle:thin:@db.example.org:1521:${TOKEN}`,
  ],
  ['an address of version 6', 'http://[2001:db8::1]/', `http://${TOKEN}![2001:db8::1]/`],
  [
    'a tenant in an issuer',
    'https://sts.windows.net/3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44/',
    'https://sts.windows.net.example.org/3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44/',
  ],
  [
    'a tenant and nothing else',
    'https://sts.windows.net/3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44/',
    'https://sts.windows.net/3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44k3J9/',
  ],
  ['a value with an equals sign', 'https://www.example.org/?filter=a=1', 'https://www.example.org/?filter=a=b'],
  ['a value with a blank before it', 'https://www.example.org/?q=%20shoes', `https://www.example.org/?q=%20${TOKEN}`],
  ['a name in a query', 'https://www.example.org/?page[size]=1', `https://www.example.org/?page!${TOKEN}=1`],
  ['a placeholder in a path', 'https://www.example.org/order-{id}/', `https://www.example.org/{id}${TOKEN}Q7xR4tW1/`],
  ['words and a number in a path', 'https://www.example.org/Orders(1)', `https://www.example.org/Orders(${TOKEN})`],
  ['a word and a mark in a path', 'https://www.example.org/order!', `https://www.example.org/${TOKEN}!`],
  ['a sentence with a short code', 'Orders of plant NL01 are late', 'Orders of plant NL01234 are late'],
  ['a sentence with an ordinal', 'Delivered on the 21st of May', 'Delivered on the 4711st of May'],
  ['a short saying', 'Orders in 24 hours', 'Summer in 2024'],
  ['a short saying with a number', 'Orders of 999', 'Summer (2024)'],
  ['a number in a word', 'Open all week, 24/7', 'Open all week, Winter-2024'],
  ['words with rare letters among others', 'Wij krijgen de bestelling morgen binnen', 'wqxkzr tprtlmnv bhjdqq kzrwtx'],
  ['a noun at the end of a sentence', 'Please choose a new password', 'sunflower is the password'],
  ['unusual words, two of four', 'Wij krijgen de bestelling morgen', 'anabquna anagquna de morgen'],
  ['another noun at the end', 'Please keep the secret!', 'Sunflower is the secret!'],
  ['a noun at the end with a mark', 'Please choose a new password.', 'Sunflower is the password!'],
])('%s', (_, harmless, unknown) => {
  test('is harmless', () => expect(isHarmless(harmless, plain)).toBe(true));
  test('is not, with something else in it', () => expect(isHarmless(unknown, plain)).toBe(false));
});

test('a text of 20,000 characters is read, one more is not', () => {
  const words = 'abandon '.repeat(2_499);
  expect(isHarmless(`${words}abandons`, plain)).toBe(true);
  expect(isHarmless(`${words}abandoned`, plain)).toBe(false);
});

test('texts in texts are read to the fifth level, with the names that stand over them', () => {
  const nested = (levels: number): string => (levels === 0 ? 'summer' : JSON.stringify({ a: nested(levels - 1) }));
  expect(isHarmless(nested(5), plain)).toBe(true);
  expect(isHarmless(nested(6), plain)).toBe(false);
  expect(isHarmless(JSON.stringify([['a', TOKEN]]), plain)).toBe(false);
  expect(isHarmless(JSON.stringify({ host: ['sqlserver01'] }), plain)).toBe(true);
  expect(isHarmless(JSON.stringify({ note: ['sqlserver01'] }), plain)).toBe(false);
});

test('an item of up to 60 characters that names a secret makes its neighbours unknown', () => {
  const name = (length: number) => `${'long.'.repeat(12).slice(0, length - 9)}.password`;
  expect(isHarmless(`12|${name(60)}`, plain)).toBe(false);
  expect(isHarmless(`12|${name(61)}`, plain)).toBe(true);
});
