import { describe, expect, test } from 'vitest';
import {
  areJoinedWords,
  isComposite,
  isIdentifier,
  isShortCode,
  isUnusualWord,
  isWord,
} from '../../../../../lambdas/mendix/secrets/harmless/letters.ts';

describe('a pair of letters that hardly ever stands in a word', () => {
  const RARE = 'bq cx dq fq gq hq jq kq lq mq np pq qz rx sx tq uq vq wq xq yq zq'.split(' ');

  test.each(RARE)('%s: is no word, and one unusual word', (pair) => {
    // A q is followed by a u, or there would be two.
    const syllable = `${pair}${pair.endsWith('q') ? 'u' : ''}ana`;
    expect(isWord(`ana${syllable}`)).toBe(false);
    expect(isUnusualWord(`ana${syllable}`)).toBe(true);
    expect(isUnusualWord(`ana${syllable}${syllable}`)).toBe(false);
  });

  test.each('be ca da fa ga ha ja ka la ma na pa qu ra sa ta un va wa xa ya za'.split(' '))(
    '%s is a usual one',
    (pair) => {
      expect(isWord(`ana${pair}ana`)).toBe(true);
    },
  );
});

test.each([
  ['OrderProcessing', true],
  ['eMail', true],
  ['sAMAccountName', true],
  ['exportPDF', true],
  ['exportPDFXYZ', false],
  ['xlsx', true],
  ['xlsxq', false],
  ['Île', true],
  ['주문', true],
  ['주문1', false],
  ['order1', false],
  ['QwErTyUiOp', false],
  ['AbcDefGhi', true],
  ['schlecht', true],
  ['mxfeedback', true],
  ['strngthslnd', false],
  ['a'.repeat(40), true],
  ['a'.repeat(41), false],
])('%s is a word: %s', (text, word) => expect(isWord(text)).toBe(word));

test.each([
  ['shop-frontend', true],
  ['INV-', true],
  ['-', false],
  ['shop-front2', false],
  ['shop frontend', false],
])('%s is words joined: %s', (text, joined) => expect(areJoinedWords(text)).toBe(joined));

test.each([
  ['NL01', true],
  ['ABCD1', true],
  ['ABCD12', false],
  ['A12345', false],
  ['nl01', false],
])('%s is a short code: %s', (text, code) => expect(isShortCode(text)).toBe(code));

test.each([
  ['sqlserver01', true],
  ['order-api-v2', true],
  ['SAP 100', true],
  ['order--api', true],
  ['k3J9fD2m', false],
  ['', false],
  ['a '.repeat(100), true],
  [`${'a '.repeat(100)}a`, false],
])('%s is an identifier: %s', (text, identifier) => expect(isIdentifier(text)).toBe(identifier));

test.each([
  ['acme-prod-uploads2024-eu1', true],
  ['claude-sonnet-20240620:0', true],
  ['acme-prod', false],
  ['acme-1-2', false],
  ['a-b-acme', false],
  ['acme-prod-k3J9fD2m', false],
])('%s is composed of words: %s', (text, composite) => expect(isComposite(text)).toBe(composite));
