/**
 * The canonical form of SigV4: what both sides put together and sign.
 * Source: IAM user guide, "Create a signed AWS API request".
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The credential scope, `AKIA…/20261122/eu-west-1/s3/aws4_request`, in its parts. */
export interface Scope {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
}

/** @returns `undefined` for a credential that is malformed; whom it is made for is for the receiver to compare */
export function credentialScope(credential: string | undefined): Scope | undefined {
  const [accessKeyId = '', day = '', region = '', service = '', terminator, ...rest] = (credential ?? '').split('/');
  if (!/^\d{8}$/.test(day) || region === '' || service === '' || terminator !== 'aws4_request' || rest.length > 0) {
    return undefined;
  }
  return { accessKeyId, day, region, service };
}

/** Hex HMAC of the string to sign. `date` is the request’s own, `20261122T050000Z`. */
export function signature(secretAccessKey: string, scope: Scope, date: string, canonical: string): string {
  const place = `${scope.day}/${scope.region}/${scope.service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${date}\n${place}\n${sha256(canonical)}`;
  return createHmac('sha256', signingKey(secretAccessKey, place)).update(text).digest('hex');
}

/** Keys change once a day; deriving one costs four HMACs, as much as the rest of the check. */
const signingKeys = new Map<string, Buffer>();

function signingKey(secret: string, place: string): Buffer {
  const name = `${place} ${secret}`;
  const known = signingKeys.get(name);
  if (known !== undefined) return known;
  const key = place
    .split('/')
    .reduce((made, part) => createHmac('sha256', made).update(part).digest(), Buffer.from(`AWS4${secret}`));
  if (signingKeys.size > 1000) signingKeys.clear();
  signingKeys.set(name, key);
  return key;
}

/** Each segment decoded and encoded again, so that a client's taste in escapes does not matter. */
export function canonicalPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
}

/** Worked example: `b=2&a=x+y&a=1` gives `a=1&a=x%20y&b=2`. */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [encode(decode(name.replaceAll('+', ' '))), encode(decode(value.replaceAll('+', ' ')))] as const;
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Percent-encoding of RFC 3986: only letters, digits and `-._~` stay as they are. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** What is not valid percent-encoding stays as it is: its signature then fails, and nothing throws. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `20261122T050000Z` in milliseconds; NaN for anything else. */
export function parseAmzDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.slice(1);
  if (parts === undefined) return Number.NaN;
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** In lower-case hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** In a time that does not tell where two texts of the same length differ. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
