/**
 * Cursors: signed, dated, and bound to route, environment and filters. They are opaque to clients but not secret, so
 * no position may hold personal data.
 */
import { createSecretKey, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { hmacSha256, sha256 } from '../hash.ts';
import type { KeyObject, VersionedKey } from '../keys/object.ts';
import { InvalidCursorError } from '../request-errors.ts';

/** The contract promises 24 hours; the previous key serves far longer than this. */
const VALID_MS = 48 * 3_600_000;

/** What is signed. A position's shape is its route's own; it went out of the same route, for the binding is signed too. */
const payload = z.strictObject({
  /** Milliseconds since the epoch. */
  until: z.number(),
  position: z.unknown(),
});

/** What a cursor is good for; with anything else its signature does not fit. */
export interface Binding {
  route: string;
  environment: string | null;
  /** Names and texts of all parameters but those that may change from page to page, by name. */
  filters: readonly (readonly [string, string])[];
}

/** Signs the positions of one answer, all at one moment: the cursor in the body and the one in Link are the same. */
export class CursorSigner {
  readonly #binding: Binding;
  readonly #keys: KeyObject;
  readonly #now: number;

  /** @param now milliseconds since the epoch */
  constructor(binding: Binding, keys: KeyObject, now: number) {
    this.#binding = binding;
    this.#keys = keys;
    this.#now = now;
  }

  /** `<key version>.<payload>.<signature>`, the latter two in base64url. */
  sign(position: unknown): string {
    const signed: z.input<typeof payload> = { until: this.#now + VALID_MS, position };
    const text = Buffer.from(JSON.stringify(signed)).toString('base64url');
    const { current } = this.#keys.cursor;
    return `${current.version}.${text}.${signature(text, this.#binding, current).toString('base64url')}`;
  }
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
  const [, text = '', mac = ''] = cursor.split('.');
  const key = [keys.cursor.current, keys.cursor.previous].find((candidate) => candidate?.version === version);
  const claimed = Buffer.from(mac, 'base64url');
  // The last character of a base64url text has spare bits: only the canonical form is ours.
  if (!key || claimed.toString('base64url') !== mac || !timingSafeEqual(signature(text, binding, key), claimed)) {
    throw new InvalidCursorError();
  }
  const { until, position } = payload.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  if (now > until) throw new InvalidCursorError();
  return position;
}

/** The position alone could be replayed elsewhere: what it is bound to is signed with it. */
function signature(text: string, binding: Binding, key: VersionedKey): Buffer {
  const filters = sha256(JSON.stringify(binding.filters));
  const secret = createSecretKey(key.key, 'base64');
  return hmacSha256(secret, JSON.stringify(['cursor', binding.route, binding.environment, filters, text]));
}
