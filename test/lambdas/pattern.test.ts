import { describe, expect, test } from 'vitest';
import { matchesPattern } from '../../lambdas/pattern.ts';
import fc from '../properties.ts';

describe('a pattern', () => {
  test.each([
    ['shop-prod', 'shop-prod'],
    ['shop-*', 'shop-prod'],
    ['shop-*', 'shop-'],
    ['*-prod', 'shop-prod'],
    ['*', 'shop-prod'],
    ['*', ''],
    ['', ''],
    ['s*p-*d', 'shop-prod'],
    ['*shop*', 'webshop-prod'],
    ['a*a', 'aa'],
    ['Mail.*', 'Mail.SmtpPassword'],
    ['a*b*c', 'a\nb\nc'],
    ['*é*', 'café au lait'],
  ])('%j covers %j', (pattern, text) => {
    expect(matchesPattern(pattern, text)).toBe(true);
  });

  test.each([
    ['shop-prod', 'webshop-prod', 'begins where the text begins'],
    ['shop-prod', 'shop-prod-2', 'ends where the text ends'],
    ['shop-*', 'webshop-prod', 'begins where the text begins, with a star too'],
    ['*-prod', 'shop-prod-2', 'ends where the text ends, with a star too'],
    ['a*a', 'a', 'never uses a character twice'],
    ['ab*ba', 'aba', 'never uses characters twice'],
    ['a*b*b', 'ab', 'never uses a character for two parts'],
    ['Mail.*', 'Mailer', 'takes a dot as a dot'],
    ['sho?', 'shop', 'takes a question mark as itself'],
    ['[st]hop', 'shop', 'knows no sets'],
    ['shop|crm', 'crm', 'knows no alternatives'],
    ['^shop', 'shop', 'knows no anchors'],
    ['SHOP-*', 'shop-prod', 'takes case as it is'],
    ['', 'shop-prod', 'without a character covers only the empty text'],
  ])('%j does not cover %j: it %s', (pattern, text) => {
    expect(matchesPattern(pattern, text)).toBe(false);
  });

  const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '$', '(', '\\'), maxLength: 6 });

  test('without a star is the text itself and nothing else', () => {
    fc.assert(fc.property(word, word, (pattern, text) => matchesPattern(pattern, text) === (pattern === text)));
  });

  test('covers every text that its stars can be filled in to give', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.infiniteStream(word), (parts, fillings) => {
        const text = parts.reduce((before, part) => `${before}${fillings.next().value}${part}`);
        return matchesPattern(parts.join('*'), text);
      }),
    );
  });

  test('agrees with the regular expression that says the same', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 7 });
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 }), (stars, text) => {
        return matchesPattern(stars, text) === new RegExp(`^${stars.replaceAll('*', '.*')}$`).test(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('is decided in time that grows with the text, however many stars it has', () => {
    const started = performance.now();
    expect(matchesPattern('*a'.repeat(2000), `${'a'.repeat(20_000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
