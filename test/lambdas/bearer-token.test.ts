import { expect, test } from 'vitest';
import { bearerToken } from '../../lambdas/bearer-token.ts';
import { InvalidTokenError } from '../../lambdas/request-errors.ts';

test('the token of a header of 9,000 characters is looked at, and of a longer one not', () => {
  const longest = 'Bearer a.b.'.padEnd(9_000, 'c');
  expect(bearerToken(longest)).toBe(longest.slice('Bearer '.length));
  expect(() => bearerToken(`${longest}c`)).toThrow(InvalidTokenError);
});

test('the scheme is read in any case, with blanks behind it, and nothing may stand around it', () => {
  expect([bearerToken('bearer a.b.c'), bearerToken('BEARER   a.b.c')]).toEqual(['a.b.c', 'a.b.c']);
  for (const header of [
    undefined,
    '',
    'a.b.c',
    'Basic a.b.c',
    'xBearer a.b.c',
    'Bearera.b.c',
    'Bearer a.b.c ',
    'Bearer a.b',
    'Bearer a.b.c.d',
  ]) {
    expect(() => bearerToken(header), header).toThrow(InvalidTokenError);
  }
});
