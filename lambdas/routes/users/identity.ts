/** A user's licence identity as a keyed hash, so that duplicates over apps can be counted without names. */

import { hasher } from '../../keyed-hash.ts';
import type { VersionedKey } from '../../keys/object.ts';

/**
 * Makes identities with `key`: `<key version>:<64 hexadecimal signs>`. Case-sensitive, as Mendix's user metering compares
 * identities. A plain hash would be undone by hashing a list of e-mail addresses; without the key that list is of no use.
 */
export function identityHasher(key: VersionedKey): (identity: string) => string {
  return hasher(key, 'identity');
}
