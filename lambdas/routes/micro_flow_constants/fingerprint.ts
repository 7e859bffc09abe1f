/** Fingerprints of values: equal ones can be seen across environments without showing one. */
import { createHmac } from 'node:crypto';
import type { VersionedKey } from '../../contract.ts';
import type { Candidate } from '../../mendix/constants/configured.ts';

export type Fingerprint = (candidate: Candidate | null) => string | null;

/**
 * HMAC-SHA-256 over the typed value (`1.50` and `1.5` are the same decimal), cut to 128 bits, as `v1:<hex>`. `null` when
 * there is no value or it is not known. One key for all environments; without it a fingerprint tells nothing.
 */
export function fingerprinter(key: VersionedKey): Fingerprint {
  const secret = Buffer.from(key.key, 'base64');
  return (candidate) => {
    if (candidate === null || candidate.typed === null) return null;
    const digest = createHmac('sha256', secret).update(`constant:${candidate.typed.canonical}`).digest('hex');
    return `${key.version}:${digest.slice(0, 32)}`;
  };
}
