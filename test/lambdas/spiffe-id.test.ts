import { describe, expect, test } from 'vitest';
import {
  type Principal,
  parseSpiffeId,
  principalOf,
  SpiffeIdError,
  spiffeId,
  trustDomainFault,
} from '../../lambdas/spiffe-id.ts';
import fc from '../properties.ts';

const DOMAIN = 'mrt.example.com';

describe('the ID of a principal', () => {
  test.each<[Principal, string]>([
    [{ kind: 'client', tenant: 'bank-a', name: 'reports' }, 'tenant/bank-a/client/reports'],
    [
      { kind: 'user', tenant: 'bank-a', name: '6b1f0f5e-1111-4222-8333-444455556666' },
      'tenant/bank-a/user/6b1f0f5e-1111-4222-8333-444455556666',
    ],
    [{ kind: 'client', tenant: null, name: 'grafana' }, 'operator/client/grafana'],
    [{ kind: 'pipeline', tenant: 'bank-a', name: 'etl' }, 'tenant/bank-a/pipeline/etl'],
    [{ kind: 'role', tenant: null, name: 'batch' }, 'operator/role/batch'],
    [{ kind: 'function', stage: 'prod', name: 'table_size' }, 'function/prod/table_size'],
    [{ kind: 'agent', name: 'depot' }, 'agent/depot'],
  ])('of %j is %s', (principal, path) => {
    expect(spiffeId(DOMAIN, principal)).toBe(`spiffe://${DOMAIN}/${path}`);
    expect(principalOf(`spiffe://${DOMAIN}/${path}`, DOMAIN)).toEqual(principal);
  });

  test.each([
    'a b',
    'a/b',
    'user@bank-a',
    'auth0|12345',
    'naïve',
    'a%2fb',
    'a?b',
    'a#b',
    'a:b',
    '',
    '.',
    '..',
    '../client/admin',
    'x'.repeat(2048),
  ])('is refused for the name %j, which it cannot hold', (name) => {
    expect(() => spiffeId(DOMAIN, { kind: 'user', tenant: 'bank-a', name })).toThrow(SpiffeIdError);
    expect(() => spiffeId(DOMAIN, { kind: 'user', tenant: name, name: 'a' })).toThrow(SpiffeIdError);
    expect(() => spiffeId(DOMAIN, { kind: 'agent', name })).toThrow(SpiffeIdError);
  });

  test('has 2048 bytes at most', () => {
    const longest = `spiffe://${DOMAIN}/agent/`.padEnd(2048, 'x');
    expect(principalOf(longest, DOMAIN)).toMatchObject({ kind: 'agent' });
    expect(() => principalOf(`${longest}x`, DOMAIN)).toThrow('is longer than 2048 bytes');
  });

  test('never lets a person be a service, however the person is called', () => {
    const person = spiffeId(DOMAIN, { kind: 'user', tenant: 'bank-a', name: 'table_size' });
    const service = spiffeId(DOMAIN, { kind: 'function', stage: 'bank-a', name: 'table_size' });
    expect(person).not.toBe(service);
    expect(() => spiffeId(DOMAIN, { kind: 'user', tenant: null, name: 'x/../../function/prod/users' })).toThrow();
    expect(() => spiffeId(DOMAIN, { kind: 'agent', name: 'a/b' })).toThrow();
  });
});

describe('reading an ID', () => {
  test('takes one without a path for the trust domain itself', () => {
    expect(parseSpiffeId(`spiffe://${DOMAIN}`)).toEqual({ trustDomain: DOMAIN, segments: [] });
    expect(() => principalOf(`spiffe://${DOMAIN}`, DOMAIN)).toThrow(SpiffeIdError);
  });

  test.each([
    ['', 'is no ID'],
    [DOMAIN, 'has no scheme'],
    [`https://${DOMAIN}/agent/depot`, 'has another scheme'],
    [`SPIFFE://${DOMAIN}/agent/depot`, 'is not in the one spelling'],
    ['spiffe:///agent/depot', 'has no trust domain'],
    ['spiffe://MRT.example.com/agent/depot', 'has a trust domain in capitals'],
    [`spiffe://${DOMAIN}:8443/agent/depot`, 'has a port'],
    [`spiffe://user@${DOMAIN}/agent/depot`, 'has user information'],
    ['spiffe://mrt%2eexample.com/agent/depot', 'is encoded'],
    [`spiffe://${'a'.repeat(256)}/agent/depot`, 'has too long a trust domain'],
    [`spiffe://${DOMAIN}/`, 'ends with a slash'],
    [`spiffe://${DOMAIN}/agent/depot/`, 'ends with a slash'],
    [`spiffe://${DOMAIN}//agent/depot`, 'has an empty part'],
    [`spiffe://${DOMAIN}/agent/../agent/depot`, 'has a relative part'],
    [`spiffe://${DOMAIN}/agent/./depot`, 'has a relative part'],
    [`spiffe://${DOMAIN}/agent/depot?x=1`, 'has a query'],
    [`spiffe://${DOMAIN}/agent/depot#x`, 'has a fragment'],
    [`spiffe://${DOMAIN}/agent/de%70ot`, 'is encoded'],
    [`spiffe://${DOMAIN}/agent/depot\n`, 'has a line end'],
    [`spiffe://${DOMAIN}/agent/dépôt`, 'has letters of other alphabets'],
    [`spiffe://${DOMAIN}/agent/${'a'.repeat(2048)}`, 'is too long'],
  ])('refuses %j, which %s', (id) => {
    expect(() => parseSpiffeId(id)).toThrow(SpiffeIdError);
  });

  test.each([
    'agent',
    'agent/a/b',
    'operator/client',
    'operator/admin/a',
    'tenant/bank-a',
    'tenant/bank-a/function/users',
    'tenant/bank-a/client/a/b',
    'function/prod',
    'client/a',
    'x',
  ])('takes the path %s for no principal of ours', (path) => {
    expect(() => principalOf(`spiffe://${DOMAIN}/${path}`, DOMAIN)).toThrow(SpiffeIdError);
  });

  test('takes none of another trust domain, one that begins alike included', () => {
    expect(() => principalOf('spiffe://mrt.example.com.evil/agent/depot', DOMAIN)).toThrow('another trust domain');
    expect(() => principalOf('spiffe://bank-a/agent/depot', DOMAIN)).toThrow('another trust domain');
  });
});

describe('whatever the names are', () => {
  const spelling = fc.string({ unit: fc.constantFrom(...'abzABZ019._-'), minLength: 1, maxLength: 12 });
  const hostile = fc.string({ unit: fc.constantFrom(...'aA0._-/%?#:@ \n\u0000é'), maxLength: 12 });
  const anyName = fc.oneof(spelling, hostile);
  const principalWith = (name: fc.Arbitrary<string>): fc.Arbitrary<Principal> =>
    fc.oneof(
      fc.record({
        kind: fc.constantFrom('client' as const, 'user' as const),
        tenant: fc.option(name, { nil: null }),
        name,
      }),
      fc.record({ kind: fc.constant('function' as const), stage: name, name }),
      fc.record({ kind: fc.constant('agent' as const), name }),
    );
  const isSpelt = (name: string) => /^[a-zA-Z0-9._-]+$/.test(name) && name !== '.' && name !== '..';

  test('an ID reads back as the principal that it was made of, or is not made', () => {
    fc.assert(
      fc.property(principalWith(anyName), (principal) => {
        const names = Object.entries(principal).flatMap(([field, value]) =>
          field === 'kind' || value === null ? [] : [value],
        );
        if (names.every(isSpelt)) expect(principalOf(spiffeId(DOMAIN, principal), DOMAIN)).toEqual(principal);
        else expect(() => spiffeId(DOMAIN, principal)).toThrow(SpiffeIdError);
      }),
    );
  });

  test('two principals never share an ID', () => {
    fc.assert(
      fc.property(principalWith(spelling), principalWith(spelling), (a, b) => {
        fc.pre(![a, b].some((principal) => Object.values(principal).some((value) => value === '.' || value === '..')));
        expect(spiffeId(DOMAIN, a) === spiffeId(DOMAIN, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  test('every ID that is read is a URL that says the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab./-_'), maxLength: 20 }), (path) => {
        const id = `spiffe://${DOMAIN}/${path}`;
        let parsed: ReturnType<typeof parseSpiffeId>;
        try {
          parsed = parseSpiffeId(id);
        } catch {
          return;
        }
        const url = new URL(id);
        expect([url.hostname, url.pathname]).toEqual([parsed.trustDomain, `/${parsed.segments.join('/')}`]);
      }),
    );
  });
});

test.each(['mrt.example.com', 'bank-a', 'a', 'a_b.c-d', '0', 'a'.repeat(255)])('%s may name a trust domain', (name) => {
  expect(trustDomainFault(name)).toBeNull();
});

test.each(['', 'MRT.example.com', 'a b', 'a:1', 'a/b', 'a@b', 'é', 'a\n', 'a'.repeat(256)])('%j may not', (name) => {
  expect(trustDomainFault(name)).not.toBeNull();
});
