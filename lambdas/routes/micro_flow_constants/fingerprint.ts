/** Fingerprints of values: equal ones can be seen across environments without showing one. */
import { createSecretKey } from 'node:crypto';
import { hmacSha256 } from '../../hash.ts';
import type { VersionedKey } from '../../key-object.ts';
import type { Candidate } from '../../mendix/constants/constant.ts';

export type Fingerprint = (candidate: Candidate | null) => string | null;

/**
 * HMAC-SHA-256 over the typed value (`1.50` and `1.5` are the same decimal), cut to 128 bits, as `v1:<hex>`. `null` when
 * there is no value or it is not known. One key for all environments; without it a fingerprint tells nothing.
 */
export function fingerprinter(key: VersionedKey): Fingerprint {
  const secret = createSecretKey(key.key, 'base64');
  return (candidate) => {
    if (candidate === null || candidate.typed === null) return null;
    const digest = hmacSha256(secret, `constant:${candidate.typed.canonical}`).toString('hex');
    return `${key.version}:${digest.slice(0, 32)}`;
  };
}
