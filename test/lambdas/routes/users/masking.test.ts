import { describe, expect, test } from 'vitest';
import { maskText, maskTime } from '../../../../lambdas/routes/users/masking.ts';
import fc from '../../../properties.ts';

describe('a masked login or e-mail address', () => {
  test.each([
    ['anna@example.com', 'a***@example.com'],
    ['Anna Jansen', 'A***'],
    ['7even@example.com', '7***@example.com'],
    ['ACME\\jan.smit', 'A***'],
    ['anna@MAIL.Example.NL', 'a***@MAIL.Example.NL'],
    ['anna@münchen.de', 'a***@münchen.de'],
    ['anna@host.xn--p1ai', 'a***@host.xn--p1ai'],
    ['anna+shop@example.com', 'a***@example.com'],
    [`anna@${'x.'.repeat(125)}com`, `a***@${'x.'.repeat(125)}com`],
    [`anna@${'x'.repeat(63)}.com`, `a***@${'x'.repeat(63)}.com`],
  ])('shows of %j only %j', (text, masked) => {
    expect(maskText(text, 'domain')).toBe(masked);
  });

  test.each([
    // A login that begins with @, and one whose part after it is a name: what follows is no domain.
    ['@jan.smit', '***'],
    ['@example.com', '***'],
    [' @example.com', '***'],
    ['acme@jan.smit', 'a***'],
    ['acme@jan', 'a***'],
    ['acme@jan smit.com', 'a***'],
    ['acme@.com', 'a***'],
    // One label is a server's name, or a surname; and a login that is a domain itself has no part after an @.
    ['anna@com', 'a***'],
    ['anna@localhost', 'a***'],
    ['jan.smit.nl', 'j***'],
    ['acme@-jan.com', 'a***'],
    ['acme@', 'a***'],
    ['@', '***'],
    ['a@b@example.com', 'a***@example.com'],
    ['"a@b"@example.com', '***@example.com'],
    ['@anna@example.com', '***@example.com'],
    // All of it would be shown.
    ['', '***'],
    ['a', '***'],
    ['a@example.com', '***@example.com'],
    ['e\u0301', '***'],
    // No letter and no digit is first.
    ['---', '***'],
    ['-anna', '***'],
    ['   ', '***'],
    ['\u202eanna', '***'],
    ['\u0000anna', '***'],
    ['\u0301anna', '***'],
    ['👩‍👩‍👧 anna', '***'],
    // Right to left, beyond the first plane, and a heap of marks on one letter.
    ['שלום', 'ש***'],
    ['محمد@example.com', 'م***@example.com'],
    ['𝒜nna', '𝒜***'],
    [`e${'\u0301'.repeat(300)}x`, 'e***'],
    ['x'.repeat(300), 'x***'],
    [`anna@${'x'.repeat(64)}.com`, 'a***'],
    [`anna@${'x.'.repeat(150)}com`, 'a***'],
    // RFC 1035, 2.3.4: 254 characters are no domain.
    [`anna@${'x.'.repeat(125)}info`, 'a***'],
    ['anna@example.com\u202e', 'a***'],
    ['anna@exa\nmple.com', 'a***'],
    ['\ud83danna', '***'],
  ])('hides of %j all but %j', (text, masked) => {
    expect(maskText(text, 'domain')).toBe(masked);
  });

  test('says the same of all texts with the same first character and domain', () => {
    const rest = fc.string({ unit: 'binary', minLength: 1 }).map((text) => `-${text.replaceAll('@', '')}`);
    fc.assert(
      fc.property(rest, rest, (one, other) => {
        expect(maskText(`x${one}@example.com`, 'domain')).toBe(maskText(`x${other}@example.com`, 'domain'));
      }),
    );
  });

  test('holds no two characters in a row of what stands before the last @', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('', '@', '@jan.smit'),
        (local, rest) => {
          expect(maskText(`${local}${rest}`, 'nothing')).toMatch(/^(?:[\p{L}\p{N}])?\*\*\*$/u);
          expect(maskText(`${local.replaceAll('@', '')}${rest}`, 'domain')).toMatch(/^(?:[\p{L}\p{N}])?\*\*\*$/u);
        },
      ),
    );
  });
});

describe('a masked full name', () => {
  test.each([
    ['Anna Jansen', 'A***'],
    ['anna@example.com', 'a***'],
    ['Jansen, Anna <anna@example.com>', 'J***'],
    ['@anna@example.com', '***'],
    ['李', '***'],
    ['李娜', '李***'],
  ])('has no domain: of %j only %j is shown', (text, masked) => {
    expect(maskText(text, 'nothing')).toBe(masked);
  });
});

test('a masked time keeps the day and nothing finer', () => {
  expect(maskTime('2026-11-20T23:59:59Z')).toBe('2026-11-20');
});
