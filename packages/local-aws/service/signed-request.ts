/** A request to a service of AWS's that must be signed: read whole, with who has sent it. */
import type { IncomingMessage } from 'node:http';
import type { Iam, Principal } from '../iam/iam.ts';
import { payloadMatches, verifyRequest } from '../iam/sigv4.ts';
import { readBody } from './request-body.ts';
import { SIGNATURE_REFUSALS } from './signature-refusals.ts';

const SKEW_MS = 5 * 60_000;
const MAX_BODY_BYTES = 256 * 1024;

/** Who asks, and what was sent. */
export interface SignedRequest {
  principal: Principal;
  body: Buffer;
}

/** @returns the name of AWS's error for a request that is not signed as it must be, or too large */
export async function signedRequest(
  request: IncomingMessage,
  iam: Iam,
  service: string,
): Promise<SignedRequest | string> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) return 'ValidationException';
  const wire = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body };
  const signed = verifyRequest(wire, { iam, service, skewMs: SKEW_MS });
  if (typeof signed === 'string') return SIGNATURE_REFUSALS[signed][0];
  return payloadMatches(body, signed) ? { principal: signed.principal, body } : SIGNATURE_REFUSALS['wrong-payload'][0];
}

/** JSON of a body; `null` for what is none. */
export function jsonIn(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
