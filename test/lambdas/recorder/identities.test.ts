import { describe, expect, test } from 'vitest';
import { better, Identities, isDue } from '../../../lambdas/recorder/identities.ts';

const hash = (n: number) => (BigInt(n) << 40n) | 5n;

describe('identities', () => {
  test('are counted by the environments that they are in, and nothing of them is left', () => {
    const identities = new Identities();
    const [ann, bob, cid] = [hash(1), hash(2), hash(3)];
    identities.add('shop', [
      { hash: ann, external: false },
      { hash: bob, external: false },
      { hash: cid, external: false },
    ]);
    identities.add('crm', [{ hash: ann, external: true }]);
    const counted = identities.groups('2026-11-26T00:00:00Z');
    expect(counted?.environments).toEqual(['shop', 'crm']);
    expect(counted?.groups.toSorted((a, b) => a.identities - b.identities)).toEqual([
      { internal: [0], external: [1], identities: 1 },
      { internal: [0], external: [], identities: 2 },
    ]);
    expect(JSON.stringify(counted)).not.toContain(identities.salt);
    expect(JSON.stringify(counted)).not.toMatch(/\d{6}/);
  });

  test('of two runs have different salts, so that no hash can be compared with one of another day', () => {
    expect(new Identities().salt).not.toBe(new Identities().salt);
    expect(new Identities().salt).toMatch(/^[0-9a-f]{64}$/);
  });

  test('whose hashes differ in the last bits only are told apart by the others', () => {
    const identities = new Identities();
    identities.add('a', [
      { hash: 1n << 11n, external: false },
      { hash: 2n << 11n, external: false },
    ]);
    expect(identities.groups('t')?.groups).toEqual([{ internal: [0], external: [], identities: 2 }]);
  });

  test('in more kinds of groups than can be kept are not counted at all, rather than wrongly', () => {
    const identities = new Identities();
    for (let place = 0; place < 16; place++) {
      const there = Array.from({ length: 40_000 }, (_, person) => person).filter(
        (person) => (person >> place) % 2 === 1,
      );
      identities.add(
        `e${place}`,
        there.map((person) => ({ hash: hash(person), external: false })),
      );
    }
    expect(identities.groups('t')).toBeNull();
  });
});

describe('a count', () => {
  const now = new Date('2026-11-26T12:00:00Z');
  const count = (as_of: string, environments: string[]) => ({ as_of, environments, groups: [] });

  test('is due once a day, and when an environment is new', () => {
    expect(isDue(null, ['a'], now)).toBe(true);
    expect(isDue(count('2026-11-26T00:00:00Z', ['a']), ['a'], now)).toBe(false);
    expect(isDue(count('2026-11-25T12:30:00Z', ['a']), ['a'], now)).toBe(true);
    expect(isDue(count('2026-11-26T00:00:00Z', ['a']), ['a', 'b'], now)).toBe(true);
  });

  test('that lacks an environment does not take the place of a whole one, unless that is two days old', () => {
    const whole = count('2026-11-25T12:00:00Z', ['a', 'b']);
    const partial = count('2026-11-26T12:00:00Z', ['a']);
    expect(better(whole, partial, now)).toBe(whole);
    expect(better({ ...whole, as_of: '2026-11-24T12:00:00Z' }, partial, now)).toBe(partial);
    expect(better(whole, count('2026-11-26T12:00:00Z', ['a', 'b', 'c']), now)?.environments).toEqual(['a', 'b', 'c']);
    expect(better(whole, null, now)).toBe(whole);
  });
});
