/**
 * Verifies AWS Signature Version 4 from the receiving side: signed requests, and RDS IAM tokens.
 * No library of the field verifies, so the canonical form is rebuilt here from what came over the wire.
 * Source: IAM user guide, "Create a signed AWS API request"; RDS user guide, "IAM database authentication".
 */
import type { IncomingHttpHeaders } from 'node:http';
import {
  canonicalPath,
  canonicalQuery,
  credentialScope,
  encode,
  parseAmzDate,
  type Scope,
  sameText,
  sha256,
  signature,
} from './canonical-request.ts';
import type { Iam, Principal } from './iam.ts';

/** Why a signature was refused. Each service has its own name for each of these. */
export type SignatureFault =
  | 'missing'
  | 'malformed'
  /** For another service or Region than the one that was asked. */
  | 'wrong-scope'
  | 'unknown-key'
  | 'wrong-token'
  /** The keys are temporary and their time is over. */
  | 'expired-token'
  | 'skewed'
  | 'expired'
  | 'unsigned-header'
  | 'wrong-signature'
  | 'wrong-payload';

/** A request as it came, before anything is decoded: a signature is about the bytes. */
export interface WireRequest {
  method: string;
  /** Path and query exactly as they were sent. */
  target: string;
  headers: IncomingHttpHeaders;
  /** `null` where it is not read yet; the client must then have declared its hash. */
  body: Uint8Array | null;
}

/** What the receiving service asks of a signature. */
export interface SigningRules {
  iam: Iam;
  /** SigV4 service name: `s3`, `monitoring`. */
  service: string;
  /** How far the request's clock may be off, in milliseconds: S3 allows 15 minutes, the others 5. */
  skewMs: number;
  now?: Date;
}

/** Who signed, for which Region, and for which body. */
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
  const scope = credentialScope(form?.[1]);
  const date = one(headers['x-amz-date']);
  if (form === null || scope === undefined || !date.startsWith(scope.day)) return 'malformed';
  const time = parseAmzDate(date);
  if (Number.isNaN(time)) return 'malformed';
  if (!isFor(rules.service, rules.iam, scope)) return 'wrong-scope';
  if (Math.abs((rules.now ?? new Date()).getTime() - time) > rules.skewMs) return 'skewed';

  const principal = rules.iam.byAccessKeyId(scope.accessKeyId);
  if (principal === undefined) return 'unknown-key';
  if (!sameText(one(headers['x-amz-security-token']), principal.sessionToken)) return 'wrong-token';
  if (hasEnded(principal, rules.now)) return 'expired-token';

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
  if (!sameText(form[3] ?? '', signature(principal.secretAccessKey, scope, date, canonical))) return 'wrong-signature';
  return { principal, region: scope.region, payloadHash: payload === UNSIGNED_PAYLOAD ? null : payload };
}

/** Whether a received body is the one that was signed. */
export function payloadMatches(body: Uint8Array, signed: Signed): boolean {
  return signed.payloadHash === null || sameText(sha256(body), signed.payloadHash);
}

/** What an RDS IAM token says, once its signature holds. */
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
 * The caller still compares host, port and user with the connection and asks IAM for `rds-db:connect`.
 */
export function verifyPresigned(token: string, rules: { iam: Iam; now?: Date }): DatabaseLogin | SignatureFault {
  const form = /^([^/?]+):(\d{1,5})\/\?(.+)$/s.exec(token);
  if (form === null) return 'malformed';
  const [, host = '', port = '', query = ''] = form;
  const values = new URLSearchParams(query);
  const value = (name: string) => values.get(name) ?? '';
  const scope = credentialScope(value('X-Amz-Credential'));
  const user = value('DBUser');
  const time = parseAmzDate(value('X-Amz-Date'));
  const seconds = Number(value('X-Amz-Expires'));
  if (
    value('Action') !== 'connect' ||
    value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' ||
    value('X-Amz-SignedHeaders') !== 'host' ||
    user === '' ||
    scope?.service !== 'rds-db' ||
    !(seconds > 0 && seconds <= TOKEN_SECONDS) ||
    Number.isNaN(time)
  ) {
    return 'malformed';
  }
  const now = (rules.now ?? new Date()).getTime();
  if (time - now > TOKEN_SKEW_MS) return 'skewed';
  if (now > time + seconds * 1000) return 'expired';
  const principal = rules.iam.byAccessKeyId(scope.accessKeyId);
  if (principal === undefined) return 'unknown-key';
  if (!sameText(value('X-Amz-Security-Token'), principal.sessionToken)) return 'wrong-token';
  if (hasEnded(principal, rules.now)) return 'expired-token';
  const unsigned = query.split('&').filter((pair) => !pair.startsWith('X-Amz-Signature='));
  const canonical = ['GET', '/', canonicalQuery(unsigned.join('&')), `host:${host}:${port}`, '', 'host', EMPTY_HASH];
  const expected = signature(principal.secretAccessKey, scope, value('X-Amz-Date'), canonical.join('\n'));
  if (!sameText(value('X-Amz-Signature'), expected)) return 'wrong-signature';
  return { principal, host, port: Number(port), user, region: scope.region };
}

/**
 * A signature says for which service of which Region it is, and is good nowhere else.
 * Source: IAM user guide, "Troubleshoot Signature Version 4 requests" ("Credential scope errors").
 */
export function isFor(service: string, { region }: Pick<Iam, 'region'>, scope: Scope): boolean {
  // S3 says by the bucket where that is, with a redirect of its own.
  return scope.service === service && (service === 's3' || scope.region === region);
}

/** Whether the session's keys are good no more. */
function hasEnded({ session }: Principal, now = new Date()): boolean {
  return session !== undefined && now.getTime() >= session.expires;
}

function one(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(',') : (header ?? '');
}
