/**
 * `keys.json` in the key bucket: the API's own signing keys. The publisher writes it and the functions read it, both by
 * this one declaration, so that neither takes for good what the other would refuse.
 *
 * Fields that this release does not know are let through and kept: during a deployment, and after a roll-back, older
 * functions read what a newer publisher wrote. What would change the meaning of a known field raises `schema_version`.
 */
import * as z from 'zod/mini';

/** HMAC-SHA-256 wants a key as long as its output (RFC 2104, 3). */
const KEY_BYTES = 32;

const versionedKey = z.looseObject({
  /** `v1`, `v2` …: stands before whatever was made with the key. */
  version: z.string().check(z.regex(/^v[1-9][0-9]{0,8}$/)),
  /** Base64 of 32 random bytes. */
  key: z.string().check(z.refine((text) => Buffer.from(text, 'base64').length === KEY_BYTES)),
  /** ISO 8601. */
  created: z.iso.datetime(),
});

const keyObject = z.looseObject({
  schema_version: z.literal(1),
  /** Signs cursors. Rotated by the publisher; the previous key still verifies. */
  cursor: z.looseObject({ current: versionedKey, previous: z.nullable(versionedKey) }),
  /** Fingerprints of constants' values. Never rotated by itself: fingerprints must stay comparable. */
  fingerprint: versionedKey,
  /** Keyed hash of users' licence identities. Never rotated by itself, for the same reason. */
  identity: versionedKey,
});

export type VersionedKey = z.output<typeof versionedKey>;
export type KeyObject = z.output<typeof keyObject>;

/**
 * The keys in the text of `keys.json`.
 *
 * @throws Error, which says nothing of the content, when the text is not a key object. The publisher then never writes
 *   over it: new keys would silently change every fingerprint and identity that anybody has noted.
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
