import { expect, test } from 'vitest';
import { decide } from '../../../lambdas/http/disclosure.ts';

const route = { wholeDays: { parameters: ['since', 'until'], scope: 'mrt/users.profile' } } as const;
const FINE = '2026-11-21T00:00:00.001Z';
const DAY = '2026-11-21T00:00:00.000Z';

test('a time finer than a day needs the scope that the route declares, and each such parameter is named', () => {
  const ask = (values: Record<string, unknown>, scopes: readonly ('mrt/users.read' | 'mrt/users.profile')[]) =>
    decide(route, values, scopes, null, false);
  expect(() => ask({ since: FINE, until: FINE }, ['mrt/users.read'])).toThrow(
    expect.objectContaining({
      faults: [
        { parameter: 'since', message: expect.any(String) },
        { parameter: 'until', message: expect.any(String) },
      ],
    }),
  );
  expect(() => ask({ since: DAY, until: FINE }, ['mrt/users.read'])).toThrow('invalid parameter');
  expect(ask({ since: DAY, other: FINE }, ['mrt/users.read'])).toMatchObject({ clear: false });
  expect(ask({ since: FINE }, ['mrt/users.profile'])).toMatchObject({ clear: false });
});

test('a route that declares no such parameter takes any time', () => {
  expect(decide({}, { since: FINE }, [], null, false)).toEqual({ clear: false, mayClear: false, audited: false });
});

test('whether clear text would be permitted does not depend on whether it was asked for', () => {
  const discloses = { parameter: 'clear', scope: 'mrt/users.profile' } as const;
  expect(decide({ discloses }, {}, ['mrt/users.profile'], null, false)).toMatchObject({ clear: false, mayClear: true });
  expect(decide({ discloses }, {}, ['mrt/users.read'], null, false)).toMatchObject({ clear: false, mayClear: false });
});
