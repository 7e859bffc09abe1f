import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identityHasher } from '../../../../lambdas/routes/users/identity.ts';
import { maskText, maskTime } from '../../../../lambdas/routes/users/masking.ts';
import { KEY } from './asking.ts';

describe('a masked text', () => {
  test.each([
    ['anna@example.com', 'a***@example.com'],
    ['Anna Jansen', 'A***'],
    ['a', 'a***'],
    ['', '***'],
    ['@example.com', '***@example.com'],
    ['"a@b"@example.com', '"***@example.com'],
    ['𝒜nna', '𝒜***'],
  ])('shows of %j only %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test('says the same of all texts with the same first character and domain', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(maskText(`x${one.replaceAll('@', '')}@example.com`)).toBe(
          maskText(`x${other.replaceAll('@', '')}@example.com`),
        );
      }),
    );
  });

  test('keeps the day of a time and nothing finer', () => {
    expect(maskTime('2026-11-20T23:59:59Z')).toBe('2026-11-20');
  });
});

describe('an identity', () => {
  const hash = identityHasher(KEY);

  test('is the HMAC-SHA-256 of the licence identity under the version of its key', () => {
    // Counted with: printf anna | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07
    expect(hash('anna')).toBe('v7:c2e2f354df5a0d519a4162c8846111a2a0e962fa2dcc52317fefd3f0740c32e9');
  });

  test('is another one for another case and another key', () => {
    expect(hash('Anna')).not.toBe(hash('anna'));
    expect(identityHasher({ ...KEY, key: Buffer.alloc(32, 8).toString('base64') })('anna')).not.toBe(hash('anna'));
  });
});
