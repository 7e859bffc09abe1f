/**
 * The signature of one answer: HTTP Message Signatures (RFC 9421) over a fixed list of components, with the body by its
 * digest (RFC 9530). The list is not the client's to choose: whoever verifies demands every one of them, so that no answer
 * can be shown as that to another question, at another time, or for somebody else.
 *
 * What is signed of `GET /users?environment=shop-prod&summary=true` (the signature base, RFC 9421, 2.5):
 *
 *     "@status": 200
 *     "content-digest": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
 *     "content-type": application/json
 *     "@method";req: GET
 *     "@path";req: /users
 *     "@query";req: ?environment=shop-prod&summary=true
 *     "x-caller": spiffe://mrt.example.com/operator/client/reports
 *     "x-request-id": JKJaXmPLvHcESHA=
 *     "@signature-params": ("@status" "content-digest" …);created=1764158400;keyid="…";alg="ecdsa-p256-sha256";tag="mrt-answer"
 */
import { createHash, sign } from 'node:crypto';
import { type KeyPair, privateKeyOf } from '../keys/pairs.ts';
import type { Wish } from './wish.ts';

/** Components in their order; `;req` is the request's part (RFC 9421, 2.4). */
const COMPONENTS = [
  '"@status"',
  '"content-digest"',
  '"content-type"',
  '"@method";req',
  '"@path";req',
  '"@query";req',
  '"x-caller"',
  '"x-request-id"',
] as const;

type Component = (typeof COMPONENTS)[number];

/** What tells these signatures from others that a message may have. */
const TAG = 'mrt-answer';

/** What is signed; the body as it is sent. */
export interface SignedAnswer {
  status: number;
  content_type: string;
  body: string | Buffer;
  method: string;
  path: string;
  /** As it came over the wire, without its question mark. */
  query: string;
  /** SPIFFE ID of the caller. */
  caller: string;
  request_id: string;
}

/**
 * The headers that prove the answer, `x-caller` among them.
 *
 * @param pair the key pair that signs now
 * @param wish how the client wants the signature to be called; its list of components is not asked
 */
export function signatureOf(answer: SignedAnswer, pair: KeyPair, wish: Wish, now: Date): Record<string, string> {
  const digest = `sha-256=:${createHash('sha256').update(answer.body).digest('base64')}:`;
  const values: Record<Component, string> = {
    '"@status"': String(answer.status),
    '"content-digest"': digest,
    '"content-type"': answer.content_type,
    '"@method";req': answer.method,
    '"@path";req': answer.path,
    // An empty query is a question mark alone (2.2.7).
    '"@query";req': `?${answer.query}`,
    '"x-caller"': answer.caller,
    '"x-request-id"': answer.request_id,
  };
  const nonce = wish.nonce === null ? '' : `;nonce="${wish.nonce}"`;
  const created = Math.floor(now.getTime() / 1000);
  const parameters = `(${COMPONENTS.join(' ')});created=${created};keyid="${pair.kid}";alg="ecdsa-p256-sha256"${nonce};tag="${TAG}"`;
  const base = [
    ...COMPONENTS.map((component) => `${component}: ${values[component]}`),
    `"@signature-params": ${parameters}`,
  ].join('\n');
  // R and S, 32 bytes each (3.3.4).
  const signature = sign('sha256', Buffer.from(base), { key: privateKeyOf(pair), dsaEncoding: 'ieee-p1363' });
  return {
    'x-caller': answer.caller,
    'content-digest': digest,
    'signature-input': `${wish.label}=${parameters}`,
    signature: `${wish.label}=:${signature.toString('base64')}:`,
  };
}
