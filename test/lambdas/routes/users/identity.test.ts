import { expect, test } from 'vitest';
import { identityHasher } from '../../../../lambdas/routes/users/identity.ts';

const KEY = { version: 'v7', key: Buffer.alloc(32, 7).toString('base64'), created: '2026-01-01T00:00:00Z' };
const hash = identityHasher(KEY);

test('an identity is the HMAC-SHA-256 of the licence identity under the version of its key', () => {
  // Counted with: printf anna | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07
  expect(hash('anna')).toBe('v7:c2e2f354df5a0d519a4162c8846111a2a0e962fa2dcc52317fefd3f0740c32e9');
});

test('an identity is another one for another case and another key', () => {
  expect(hash('Anna')).not.toBe(hash('anna'));
  expect(identityHasher({ ...KEY, key: Buffer.alloc(32, 8).toString('base64') })('anna')).not.toBe(hash('anna'));
});
