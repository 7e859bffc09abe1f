/** A user's licence identity as a keyed hash, so that duplicates over apps can be counted without names. */
import { createHmac } from 'node:crypto';
import type { VersionedKey } from '../../contract.ts';

/**
 * `<key version>:<HMAC-SHA-256 in hex>`. Case-sensitive, as Mendix's user metering compares identities. A plain hash
 * would be undone by hashing a list of e-mail addresses; without the key that list is of no use.
 */
export function identityHash(identity: string, key: VersionedKey): string {
  return `${key.version}:${createHmac('sha256', Buffer.from(key.key, 'base64')).update(identity, 'utf8').digest('hex')}`;
}
