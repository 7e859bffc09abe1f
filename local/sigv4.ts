/**
 * Verifies AWS Signature Version 4 from the receiving side: signed requests, and RDS IAM tokens.
 * No library of the field verifies, so the canonical form is rebuilt here from what came over the wire.
 * Source: IAM user guide, "Create a signed AWS API request"; RDS user guide, "IAM database authentication".
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Authority, Principal } from './authority.ts';

/** Why a signature was refused. Each service has its own name for each of these. */
export type SignatureFault =
  | 'missing'
  | 'malformed'
  | 'unknown-key'
  | 'wrong-token'
  | 'skewed'
  | 'expired'
  | 'unsigned-header'
  | 'wrong-signature'
  | 'wrong-payload';

export interface WireRequest {
  method: string;
  /** Path and query exactly as they were sent. */
  target: string;
  headers: IncomingHttpHeaders;
  /** `null` where it is not read yet; the client must then have declared its hash. */
  body: Uint8Array | null;
}

export interface SigningRules {
  authority: Authority;
  /** SigV4 service name: `s3`, `monitoring`. */
  service: string;
  /** How far the request's clock may be off, in milliseconds: S3 allows 15 minutes, the others 5. */
  skewMs: number;
  now?: Date;
}

export interface Signed {
  principal: Principal;
  region: string;
  /** Hex SHA-256 that the body must have; `null` where the client left the body unsigned. */
  payloadHash: string | null;
}

const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const EMPTY_HASH = sha256('');

/**
 * Checks a request signed in its `Authorization` header, before its body is read.
 * The caller still compares the body with `payloadHash` (`payloadMatches`).
 */
export function verifyRequest(request: WireRequest, rules: SigningRules): Signed | SignatureFault {
  const { headers } = request;
  const authorization = headers.authorization;
  if (authorization === undefined) return 'missing';
  const form = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
    authorization,
  );
  const scope = credentialScope(form?.[1], rules.service);
  const date = one(headers['x-amz-date']);
  if (form === null || scope === undefined || !date.startsWith(scope.day)) return 'malformed';
  const time = parseAmzDate(date);
  if (Number.isNaN(time)) return 'malformed';
  if (Math.abs((rules.now ?? new Date()).getTime() - time) > rules.skewMs) return 'skewed';

  const principal = rules.authority.byAccessKeyId(scope.accessKeyId);
  if (principal === undefined) return 'unknown-key';
  if (!sameText(one(headers['x-amz-security-token']), principal.sessionToken)) return 'wrong-token';

  const names = (form[2] ?? '').split(';');
  if (!names.includes('host')) return 'malformed';
  if (Object.keys(headers).some((name) => name.startsWith('x-amz-') && !names.includes(name))) return 'unsigned-header';
  // S3 wants the header; for the others the signer may hash the body without saying so.
  const payload = one(headers['x-amz-content-sha256']) || (request.body === null ? '' : sha256(request.body));
  if (payload === '') return 'malformed';

  const mark = request.target.indexOf('?');
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  const canonical = [
    request.method,
    rules.service === 's3' ? canonicalPath(path) : path.split('/').map(encode).join('/'),
    canonicalQuery(mark < 0 ? '' : request.target.slice(mark + 1)),
    ...names.map((name) => `${name}:${one(headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
  if (!sameText(form[3] ?? '', signature(principal, scope, date, canonical))) return 'wrong-signature';
  return { principal, region: scope.region, payloadHash: payload === UNSIGNED_PAYLOAD ? null : payload };
}

/** Whether a received body is the one that was signed. */
export function payloadMatches(body: Uint8Array, signed: Signed): boolean {
  return signed.payloadHash === null || sameText(sha256(body), signed.payloadHash);
}

export interface DatabaseLogin {
  principal: Principal;
  host: string;
  port: number;
  /** `DBUser`: the database role that the token is for. */
  user: string;
  region: string;
}

/** Tokens of RDS are good for 15 minutes; a longer `X-Amz-Expires` is refused. */
const TOKEN_SECONDS = 900;
const TOKEN_SKEW_MS = 5 * 60_000;

/**
 * Checks an RDS IAM token: a presigned `host:port/?Action=connect&DBUser=…` without a scheme.
 * The caller still compares host, port and user with the connection and asks the authority for `rds-db:connect`.
 */
export function verifyPresigned(
  token: string,
  rules: { authority: Authority; now?: Date },
): DatabaseLogin | SignatureFault {
  const form = /^([^/?]+):(\d{1,5})\/\?(.+)$/s.exec(token);
  if (form === null) return 'malformed';
  const [, host = '', port = '', query = ''] = form;
  const values = new URLSearchParams(query);
  const value = (name: string) => values.get(name) ?? '';
  const scope = credentialScope(value('X-Amz-Credential'), 'rds-db');
  const user = value('DBUser');
  const time = parseAmzDate(value('X-Amz-Date'));
  const seconds = Number(value('X-Amz-Expires'));
  if (
    value('Action') !== 'connect' ||
    value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' ||
    value('X-Amz-SignedHeaders') !== 'host' ||
    user === '' ||
    scope === undefined ||
    !(seconds > 0 && seconds <= TOKEN_SECONDS) ||
    Number.isNaN(time)
  ) {
    return 'malformed';
  }
  const now = (rules.now ?? new Date()).getTime();
  if (time - now > TOKEN_SKEW_MS) return 'skewed';
  if (now > time + seconds * 1000) return 'expired';
  const principal = rules.authority.byAccessKeyId(scope.accessKeyId);
  if (principal === undefined) return 'unknown-key';
  if (!sameText(value('X-Amz-Security-Token'), principal.sessionToken)) return 'wrong-token';
  const unsigned = query.split('&').filter((pair) => !pair.startsWith('X-Amz-Signature='));
  const canonical = ['GET', '/', canonicalQuery(unsigned.join('&')), `host:${host}:${port}`, '', 'host', EMPTY_HASH];
  const expected = signature(principal, scope, value('X-Amz-Date'), canonical.join('\n'));
  if (!sameText(value('X-Amz-Signature'), expected)) return 'wrong-signature';
  return { principal, host, port: Number(port), user, region: scope.region };
}

interface Scope {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
}

function credentialScope(credential: string | undefined, service: string): Scope | undefined {
  const [accessKeyId = '', day = '', region = '', named, terminator, ...rest] = (credential ?? '').split('/');
  if (!/^\d{8}$/.test(day) || region === '' || named !== service || terminator !== 'aws4_request' || rest.length > 0) {
    return undefined;
  }
  return { accessKeyId, day, region, service };
}

function signature(principal: Principal, scope: Scope, date: string, canonical: string): string {
  const place = `${scope.day}/${scope.region}/${scope.service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${date}\n${place}\n${sha256(canonical)}`;
  return createHmac('sha256', signingKey(principal.secretAccessKey, place)).update(text).digest('hex');
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
function canonicalPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
}

function canonicalQuery(query: string): string {
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

function encode(text: string): string {
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
function parseAmzDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.slice(1);
  if (parts === undefined) return Number.NaN;
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function one(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(',') : (header ?? '');
}
