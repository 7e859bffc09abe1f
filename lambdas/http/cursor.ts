/**
 * Cursors: signed, dated, and bound to route, environment and filters. They are opaque to clients but not secret, so
 * no position may hold personal data.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyObject, VersionedKey } from '../contract.ts';
import { InvalidCursorError } from '../errors.ts';

/** The contract promises 24 hours; the previous key serves far longer than this. */
const VALID_MS = 48 * 3_600_000;

export interface Binding {
  route: string;
  environment: string | null;
  filters: readonly (readonly [string, string])[];
}

/** `<key version>.<payload>.<signature>`, the latter two in base64url. */
export function signCursor(position: unknown, binding: Binding, keys: KeyObject, now: number): string {
  const payload = Buffer.from(JSON.stringify({ until: now + VALID_MS, position })).toString('base64url');
  const { current } = keys.cursor;
  return `${current.version}.${payload}.${signature(payload, binding, current).toString('base64url')}`;
}

/** The key version that a cursor names, to fetch that key. @throws InvalidCursorError */
export function cursorKeyVersion(cursor: string): string {
  const version = /^(v\d{1,9})\.[\w-]+\.[\w-]{43}$/.exec(cursor)?.[1];
  if (version === undefined) throw new InvalidCursorError();
  return version;
}

/** The position that was signed. @throws InvalidCursorError for a forged, foreign or expired cursor */
export function readCursor(cursor: string, binding: Binding, keys: KeyObject, now: number): unknown {
  const version = cursorKeyVersion(cursor);
  const [, payload = '', mac = ''] = cursor.split('.');
  const key = [keys.cursor.current, keys.cursor.previous].find((candidate) => candidate?.version === version);
  const claimed = Buffer.from(mac, 'base64url');
  // The last character of a base64url text has spare bits: only the canonical form is ours.
  if (!key || claimed.toString('base64url') !== mac || !timingSafeEqual(signature(payload, binding, key), claimed)) {
    throw new InvalidCursorError();
  }
  const { until, position } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as {
    until: number;
    position: unknown;
  };
  if (now > until) throw new InvalidCursorError();
  return position;
}

function signature(payload: string, binding: Binding, key: VersionedKey): Buffer {
  const filters = createHash('sha256').update(JSON.stringify(binding.filters)).digest('base64url');
  return createHmac('sha256', Buffer.from(key.key, 'base64'))
    .update(JSON.stringify(['cursor', binding.route, binding.environment, filters, payload]))
    .digest();
}
