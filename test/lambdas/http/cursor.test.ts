import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Binding, CursorSigner, cursorKeyVersion, readCursor } from '../../../lambdas/http/cursor.ts';
import type { KeyObject } from '../../../lambdas/keys/object.ts';
import { InvalidCursorError } from '../../../lambdas/request-errors.ts';

const VALID_MS = 48 * 3_600_000;
const NOW = 1_790_000_000_000;
const key = (version: string, byte: number) => ({
  version,
  key: Buffer.alloc(32, byte).toString('base64'),
  created: '2026-01-01T00:00:00Z',
});
const KEYS = { cursor: { current: key('v2', 2), previous: key('v1', 1) } } as KeyObject;
const BINDING: Binding = { route: 'users', environment: 'shop-prod', filters: [['kind', 'named']] };
const signed = () => new CursorSigner(BINDING, KEYS, NOW).sign({ after: '7' });

describe('a cursor', () => {
  test('is its payload with the HMAC of that, of a purpose of its own and of what it is bound to, by the key’s bytes', () => {
    const text = Buffer.from(JSON.stringify({ until: NOW + VALID_MS, position: { after: '7' } })).toString('base64url');
    const filters = createHash('sha256').update('[["kind","named"]]').digest('base64url');
    const mac = createHmac('sha256', Buffer.alloc(32, 2))
      .update(JSON.stringify(['cursor', 'users', 'shop-prod', filters, text]))
      .digest('base64url');
    expect(signed()).toBe(`v2.${text}.${mac}`);
  });

  test('is good for 48 hours to the millisecond', () => {
    expect(readCursor(signed(), BINDING, KEYS, NOW + VALID_MS)).toEqual({ after: '7' });
    expect(() => readCursor(signed(), BINDING, KEYS, NOW + VALID_MS + 1)).toThrow(InvalidCursorError);
  });

  test('names its key, and nothing stands before or behind it', () => {
    expect(cursorKeyVersion(signed())).toBe('v2');
    const cursor = signed();
    for (const odd of [`x${cursor}`, `${cursor}x`, `${cursor}\n`, cursor.slice(1), cursor.slice(0, -1), '', 'v2..']) {
      expect(() => cursorKeyVersion(odd), odd).toThrow(InvalidCursorError);
      expect(() => readCursor(odd, BINDING, KEYS, NOW), odd).toThrow(InvalidCursorError);
    }
  });

  test('of a key that is neither the current one nor the one before is refused', () => {
    const others = { cursor: { current: key('v4', 2), previous: key('v3', 2) } } as KeyObject;
    expect(() => readCursor(signed(), BINDING, others, NOW)).toThrow(InvalidCursorError);
    const moved = { cursor: { current: key('v3', 3), previous: key('v2', 2) } } as KeyObject;
    expect(readCursor(signed(), BINDING, moved, NOW)).toEqual({ after: '7' });
  });
});
