import { describe, expect, test } from 'vitest';
import { Deadline, Timing } from '../../../lambdas/context.ts';
import { Admission, type Verification } from '../../../lambdas/http/admission.ts';
import type { Route } from '../../../lambdas/route.ts';
import { KeysUnavailableError } from '../../../lambdas/upstream-errors.ts';
import { route, settings } from './small-route.ts';

const context = () => ({ deadline: new Deadline(Date.now() + 20_000), timing: new Timing() });
const open: Route = { ...route, scopes: null };
/** Keys and a verifier that nobody may ask. */
const unasked = {
  get keys(): never {
    throw new Error('asked for keys');
  },
  get tokens(): never {
    throw new Error('asked for a token');
  },
} as unknown as Verification;

describe('an open route', () => {
  test('lets everybody in as nobody, with no environment, whatever they send', async () => {
    for (const verification of [null, unasked]) {
      const admission = new Admission(open, settings, verification);
      for (const header of [undefined, 'Bearer x']) {
        expect(await admission.admit(header, context())).toEqual({
          principal: null,
          rights: { tenant: null, environments: [], key: '' },
        });
      }
    }
  });

  test('has no keys to sign with', async () => {
    await expect(new Admission(open, settings, null).keys(context())).rejects.toThrow(KeysUnavailableError);
  });
});

test('a route with scopes that was left without keys lets nobody in', async () => {
  const admission = new Admission(route, settings, null);
  await expect(admission.admit('Bearer x', context())).rejects.toThrow(KeysUnavailableError);
});
