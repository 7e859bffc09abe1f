/** The two hashes of the functions' own making: of what may be known, and under a key. */
import { createHash, createHmac, type KeyObject } from 'node:crypto';

/** SHA-256 of UTF-8 text, in base64url: 43 characters. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/**
 * HMAC-SHA-256 of UTF-8 text, 32 bytes.
 *
 * @param secret a key that is used for many texts is best made once, with `createSecretKey`: set up from bytes anew for
 *   each, it takes seven times as long as the hash
 */
export function hmacSha256(secret: KeyObject, text: string): Buffer {
  return createHmac('sha256', secret).update(text, 'utf8').digest();
}
