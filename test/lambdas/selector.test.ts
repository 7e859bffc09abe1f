import { describe, expect, test } from 'vitest';
import { type Labelled, parseSelector, SelectorError, selectorFault, selects } from '../../lambdas/selector.ts';
import fc from '../properties.ts';

const SHOP: Labelled = { name: 'shop-prod', labels: { stage: 'prod', team: 'web-shop' } };

describe('an entry selects an environment', () => {
  test.each([
    ['shop-prod', 'by its name'],
    ['shop-*', 'by a pattern of its name'],
    ['*-prod', 'by the end of its name'],
    ['*', 'as one of all'],
    ['stage:prod', 'by a label'],
    ['stage:p*', 'by a pattern of the label’s value'],
    ['stage:*', 'by having the label'],
    ['team:web-shop', 'by another label'],
  ])('%j %s', (selector) => {
    expect(selects(selector, SHOP)).toBe(true);
  });

  test.each([
    ['shop', 'a part of its name'],
    ['SHOP-PROD', 'its name in capitals'],
    ['shop.prod', 'its name with a dot, which is no “any character”'],
    ['prod', 'the value of a label'],
    ['stage', 'the key of a label'],
    ['stage:pro', 'a part of the value'],
    ['stage:', 'an empty value'],
    [':prod', 'a value without a key'],
    ['s*:prod', 'a pattern of the key'],
    ['stage:prod:x', 'more than a key and a value'],
    ['stage:prod:', 'a colon too many'],
    ['constructor:*', 'what every object has'],
    ['__proto__:*', 'what every object has'],
    ['', 'nothing'],
    ['**', 'two stars'],
    [' shop-prod', 'a blank before its name'],
    ['shop-prod\n', 'a line end after its name'],
  ])('%j does not: it is %s', (selector) => {
    expect(selects(selector, SHOP)).toBe(false);
  });

  test('a longer name that ends or begins the same is another environment', () => {
    const webshop = { name: 'webshop-prod', labels: {} };
    const second = { name: 'shop-prod-2', labels: {} };
    expect([SHOP, webshop, second].filter((environment) => selects('shop-prod', environment))).toEqual([SHOP]);
    expect([SHOP, webshop, second].filter((environment) => selects('shop-*', environment))).toEqual([SHOP, second]);
    expect([SHOP, webshop, second].filter((environment) => selects('*shop-prod', environment))).toEqual([
      SHOP,
      webshop,
    ]);
  });

  test('signs in a label’s value stand for themselves', () => {
    const dotted = { name: 'a', labels: { release: '10.12' } };
    expect(selects('release:10.12', dotted)).toBe(true);
    expect(selects('release:10.*', dotted)).toBe(true);
    expect(selects('release:10.1.', dotted)).toBe(false);
    expect(selects('release:10.12', { name: 'a', labels: { release: '10x12' } })).toBe(false);
  });
});

test('an entry is read as a pattern of names, or of the values of one label', () => {
  expect(parseSelector('shop-*')).toEqual({ by: 'name', pattern: 'shop-*' });
  expect(parseSelector('stage:p*')).toEqual({ by: 'label', key: 'stage', pattern: 'p*' });
});

describe('an entry that nobody should write is refused, with what to write', () => {
  test.each([
    ['', 'must not be empty'],
    ['stage:prod:x', 'a label is key:value, and neither holds a colon'],
    ['stage:', 'a label is key:value; stage: has no value, * is any'],
    [':prod', 'a label is key:value; :prod has no key'],
    ['s*:prod', "a label's key is not a pattern, its value may be"],
    ['**', 'one * stands for any characters already'],
    ['shop-**', 'one * stands for any characters already'],
    ['stage:p**', 'one * stands for any characters already'],
  ])('%j: %s', (selector, message) => {
    expect(selectorFault(selector)).toBe(message);
    expect(() => parseSelector(selector)).toThrow(new SelectorError(message));
  });

  test.each(['shop-prod', 'shop-*', '*', 'stage:prod', 'stage:p*', 'stage:*'])('%j is not', (selector) => {
    expect(selectorFault(selector)).toBeNull();
  });
});

describe('whatever is written', () => {
  const sign = fc.constantFrom('a', 'b', '-', '.', ':', '*', '(', '\\', ' ', '\n');
  const text = fc.string({ unit: sign, maxLength: 8 });
  const environment = fc.record({ name: text, labels: fc.dictionary(text, text, { maxKeys: 3 }) });

  test('what the configuration refuses selects nothing', () => {
    fc.assert(
      fc.property(text, environment, (selector, candidate) => {
        return selectorFault(selector) === null || !selects(selector, candidate);
      }),
      { numRuns: 5000 },
    );
  });

  test('an entry without a star selects by exactly what it says', () => {
    fc.assert(
      fc.property(text, environment, (selector, candidate) => {
        fc.pre(selectorFault(selector) === null && !selector.includes('*'));
        const [key = '', value] = selector.split(':');
        const right = value === undefined ? candidate.name === key : candidate.labels[key] === value;
        return selects(selector, candidate) === right;
      }),
      { numRuns: 5000 },
    );
  });

  test('a label never selects by a name, nor a name by a label', () => {
    fc.assert(
      fc.property(text, environment, (selector, candidate) => {
        const [name, labels] = [
          { ...candidate, name: '' },
          { ...candidate, labels: {} },
        ];
        fc.pre(selectorFault(selector) === null);
        return selects(selector, selector.includes(':') ? name : labels) === selects(selector, candidate);
      }),
      { numRuns: 5000 },
    );
  });
});
