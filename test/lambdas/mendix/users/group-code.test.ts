import { expect, test } from 'vitest';
import { alikeOf } from '../../../../lambdas/mendix/users/group-code.ts';

test('a code says what the users of its group have in common, digit by digit', () => {
  expect(alikeOf(598, 4)).toEqual({
    anonymous: false,
    webService: true,
    active: true,
    blocked: false,
    reached: 3,
    mark: 'external',
  });
});

test('what Mendix has no value for is null, and a first login at none of the times is no login that never was', () => {
  const nothing = { anonymous: false, webService: false, active: null, blocked: null, mark: null };
  expect(alikeOf(0, 4)).toEqual({ ...nothing, reached: null });
  expect(alikeOf(36, 4)).toEqual({ ...nothing, reached: 0 });
});

test('every group has a code of its own', () => {
  const codes = 2 * 2 * 3 * 3 * 6 * 3;
  expect(new Set(Array.from({ length: codes }, (_, code) => JSON.stringify(alikeOf(code, 4)))).size).toBe(codes);
});
