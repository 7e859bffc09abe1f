/** The API's own signing keys: made once, and of them only the cursors' key is ever rotated. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { KeyObject, VersionedKey } from '../contract.ts';

const ROTATE_AFTER_DAYS = 30;
const DAY_MS = 86_400_000;

const versionedKey = z.strictObject({
  version: z.string().check(z.regex(/^v[1-9][0-9]{0,8}$/)),
  key: z.string().check(z.refine((text) => Buffer.from(text, 'base64').length === 32)),
  created: z.iso.datetime(),
});

const keyObject = z.strictObject({
  schema_version: z.literal(1),
  cursor: z.strictObject({ current: versionedKey, previous: z.nullable(versionedKey) }),
  fingerprint: versionedKey,
  identity: versionedKey,
});

/**
 * @throws Error when the text is not a key object. It is never overwritten then: new keys would silently change
 *   every fingerprint and identity that anybody has noted.
 */
export function parseKeyObject(text: string): KeyObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = keyObject.safeParse(json);
  if (!parsed.success) throw new Error('keys.json in the key bucket is malformed; see "Signing keys" in the runbook');
  return parsed.data;
}

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
 * With a new cursor key once the current is 30 days old; `null` while it is younger. The one before stays for
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
