/** The API's own signing keys: made once, and of them only the cursors' key is ever rotated. */
import { randomBytes } from 'node:crypto';
import type { KeyObject, VersionedKey } from '../keys/object.ts';

const ROTATE_AFTER_DAYS = 30;
const DAY_MS = 86_400_000;

/** The keys of a new stage. */
export function firstKeys(now: Date): KeyObject {
  return {
    schema_version: 1,
    cursor: { current: newKey(1, now), previous: null },
    fingerprint: newKey(1, now),
    identity: newKey(1, now),
  };
}

/**
 * The keys with a new cursor key once the current is 30 days old; `null` while it is younger. The one before stays for
 * another 30 days, far longer than the 24 hours that a cursor is promised to live.
 */
export function rotated(keys: KeyObject, now: Date): KeyObject | null {
  const { current } = keys.cursor;
  if (now.getTime() - Date.parse(current.created) < ROTATE_AFTER_DAYS * DAY_MS) return null;
  return { ...keys, cursor: { current: newKey(Number(current.version.slice(1)) + 1, now), previous: current } };
}

function newKey(version: number, now: Date): VersionedKey {
  return { version: `v${version}`, key: randomBytes(32).toString('base64'), created: now.toISOString() };
}
