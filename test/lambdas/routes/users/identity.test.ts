import { expect, test } from 'vitest';
import { identityHasher } from '../../../../lambdas/routes/users/identity.ts';

const KEY = { version: 'v7', key: Buffer.alloc(32, 7).toString('base64'), created: '2026-01-01T00:00:00Z' };
const hash = identityHasher(KEY);

test('an identity is the HMAC-SHA-256 of the hash of the licence identity, under the version of its key', () => {
  // printf %s "$(printf anna | sha256sum | cut -d' ' -f1)" | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07
  expect(hash('anna')).toBe('v7:4deb79ae212d934dcb238b3a7afcc078aff114a1ef0c458dc3b0c604cf11c03d');
});

test('an identity is another one for another case and another key', () => {
  expect(hash('Anna')).not.toBe(hash('anna'));
  expect(identityHasher({ ...KEY, key: Buffer.alloc(32, 8).toString('base64') })('anna')).not.toBe(hash('anna'));
});
