/**
 * Whether an answer is what the API signed (RFC 9421, RFC 9530). Demands exactly what the API covers: status, body, media
 * type, question, caller, request and time. A signature over less proves less, and is refused.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { SavedAnswer } from './saved-answer.ts';

/** What is demanded, in this order. */
const COMPONENTS =
  '("@status" "content-digest" "content-type" "@method";req "@path";req "@query";req "x-caller" "x-request-id")';
const TAG = 'mrt-answer';

/** The public key of a JWK Set, with the time in which it signed. */
interface VerifyingKey {
  key: KeyObject;
  /** Seconds since the epoch; `null`: not said. */
  from: number | null;
  until: number | null;
}

/** Functions keep a pair for an hour after its successor has begun; clocks differ by less than a minute. */
const LEEWAY_SECONDS = 3_660;

/** What the signature proves. */
export interface Proof {
  caller: string;
  request_id: string;
  /** When it was signed. */
  signed_at: Date;
  key_id: string;
  /** The word that the client sent along; `null`: none. */
  nonce: string | null;
}

/** Why an answer is not proved; the message is for a person. */
export class UnprovedError extends Error {
  override name = 'UnprovedError' as const;
}

/**
 * @param asked path and query of the question, as they were sent
 * @param jwks the JWK Set of `/.well-known/jwks.json`, as text
 * @throws UnprovedError
 */
export function proofOf(answer: SavedAnswer, asked: { path: string; query: string }, jwks: string): Proof {
  const { label, parameters } = inputOf(header(answer, 'signature-input'));
  const { created, kid, nonce } = parametersOf(parameters);
  const digest = `sha-256=:${createHash('sha256').update(answer.body).digest('base64')}:`;
  if (header(answer, 'content-digest') !== digest) {
    throw new UnprovedError('the body is not the one that was signed: its digest is another');
  }
  const base = [
    `"@status": ${answer.status}`,
    `"content-digest": ${digest}`,
    `"content-type": ${header(answer, 'content-type')}`,
    '"@method";req: GET',
    `"@path";req: ${asked.path}`,
    `"@query";req: ?${asked.query}`,
    `"x-caller": ${header(answer, 'x-caller')}`,
    `"x-request-id": ${header(answer, 'x-request-id')}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  const known = keysOf(jwks).get(kid);
  if (known === undefined) throw new UnprovedError('the key that signed is not among the public keys');
  const signature = signatureOf(header(answer, 'signature'), label);
  if (!verify('sha256', Buffer.from(base), { key: known.key, dsaEncoding: 'ieee-p1363' }, signature)) {
    throw new UnprovedError('the signature is of another answer, or of the answer to another question');
  }
  const { from, until } = known;
  if ((from !== null && created < from - LEEWAY_SECONDS) || (until !== null && created > until + LEEWAY_SECONDS)) {
    throw new UnprovedError('the key did not sign at the time that the signature says');
  }
  return {
    caller: header(answer, 'x-caller'),
    request_id: header(answer, 'x-request-id'),
    signed_at: new Date(created * 1000),
    key_id: kid,
    nonce,
  };
}

function header({ headers }: SavedAnswer, name: string): string {
  const value = headers.get(name);
  if (value === undefined) throw new UnprovedError(`the answer is not signed: it has no ${name} header`);
  return value;
}

/** The one member of the dictionary: its name, and the text that is itself signed. @throws UnprovedError */
function inputOf(text: string): { label: string; parameters: string } {
  const [, label, parameters] = /^([a-z*][a-z0-9_.*-]*)=(\(.*)$/.exec(text) ?? [];
  if (label === undefined || parameters === undefined) throw new UnprovedError('Signature-Input cannot be read');
  if (!parameters.startsWith(`${COMPONENTS};`)) {
    throw new UnprovedError('the signature does not cover what it must: status, body, question, caller and request');
  }
  return { label, parameters };
}

/** @throws UnprovedError for parameters in another form than the API's */
function parametersOf(text: string): { created: number; kid: string; nonce: string | null } {
  const match =
    /^\([^()]*\);created=([0-9]{1,12});keyid="([\w-]{43})";alg="ecdsa-p256-sha256"(?:;nonce="([^"\\]*)")?;tag="([^"]*)"$/.exec(
      text,
    );
  if (match === null) throw new UnprovedError('the parameters of the signature are not those of this API');
  const [, created, kid = '', nonce, tag] = match;
  if (tag !== TAG) throw new UnprovedError('the signature is of something else than an answer');
  return { created: Number(created), kid, nonce: nonce ?? null };
}

/** @throws UnprovedError */
function signatureOf(text: string, label: string): Buffer {
  const [, name, base64 = ''] = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]{86}==):$/.exec(text) ?? [];
  if (name !== label) throw new UnprovedError('Signature cannot be read, or is another than Signature-Input describes');
  return Buffer.from(base64, 'base64');
}

/** Keys that sign answers, by id; others in the set are for other things. @throws UnprovedError */
function keysOf(text: string): Map<string, VerifyingKey> {
  const keys = new Map<string, VerifyingKey>();
  for (const jwk of membersOf(text)) {
    const { kty, crv, x, y, kid, use, alg, nbf, exp } = jwk;
    if (kty !== 'EC' || crv !== 'P-256' || use !== 'sig' || alg !== 'ES256' || typeof kid !== 'string') continue;
    if (typeof x !== 'string' || typeof y !== 'string') continue;
    const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
    keys.set(kid, { key, from: typeof nbf === 'number' ? nbf : null, until: typeof exp === 'number' ? exp : null });
  }
  return keys;
}

function membersOf(text: string): Record<string, unknown>[] {
  try {
    const { keys } = JSON.parse(text) as { keys: unknown };
    if (Array.isArray(keys)) return keys.filter((key) => typeof key === 'object' && key !== null);
  } catch {
    // Said below.
  }
  throw new UnprovedError('the public keys are no JWK Set');
}
