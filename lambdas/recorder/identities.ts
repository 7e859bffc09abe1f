/**
 * How many different people the fleet has, counted without keeping one: identities come as hashes under a salt of this
 * run, are put side by side, and only the sizes of the groups stay (docs/decisions/record.md).
 */
import { randomBytes } from 'node:crypto';
import type { HashedIdentity } from '../mendix/users/identities.ts';
import type { Distinct } from '../record/latest.ts';

/** A place in the list of environments has ten bits. */
const MAX_ENVIRONMENTS = 1_024;
/** Beyond so many different groups they would be a list of people, and too large to be read at each request. */
export const MAX_GROUPS = 20_000;
const PLACE_BITS = 11n;

/** Collects the identities of one run. */
export class Identities {
  /** Of this run alone; the hashes are worth nothing without it, and it is never written. */
  readonly salt = randomBytes(32).toString('hex');
  readonly #environments: string[] = [];
  readonly #keys: BigUint64Array[] = [];

  /** Environments whose identities are in it. */
  get environments(): readonly string[] {
    return this.#environments;
  }

  add(environment: string, identities: readonly HashedIdentity[]): void {
    const place = BigInt(this.#environments.push(environment) - 1);
    // The upper 53 bits tell people apart, the lower 11 say where somebody is, and as what.
    this.#keys.push(
      BigUint64Array.from(identities, ({ hash, external }) => {
        return ((hash >> PLACE_BITS) << PLACE_BITS) | (place << 1n) | (external ? 1n : 0n);
      }),
    );
  }

  /**
   * The groups; `null` when there are too many environments or groups.
   *
   * Ann is internal in `shop` (place 0) and external in `crm` (1), Bob and Cid are internal in `shop` only: that is
   * [{ internal: [0], external: [1], identities: 1 }, { internal: [0], external: [], identities: 2 }].
   *
   * Exact but for two people whose 53 bits are the same: of 25 million identities one such pair is expected in some 30
   * runs.
   *
   * @param as_of when they were read
   */
  groups(as_of: string): Distinct | null {
    if (this.#environments.length > MAX_ENVIRONMENTS) return null;
    const all = new BigUint64Array(this.#keys.reduce((length, { length: more }) => length + more, 0));
    let at = 0;
    for (const keys of this.#keys) {
      all.set(keys, at);
      at += keys.length;
    }
    all.sort();
    const sizes = new Map<string, number>();
    for (let from = 0; from < all.length; ) {
      const person = (all[from] ?? 0n) >> PLACE_BITS;
      let where = '';
      while (from < all.length && (all[from] ?? 0n) >> PLACE_BITS === person) {
        where += `${Number((all[from] ?? 0n) & 2047n)} `;
        from += 1;
      }
      sizes.set(where, (sizes.get(where) ?? 0) + 1);
      if (sizes.size > MAX_GROUPS) return null;
    }
    const groups = [...sizes].map(([where, identities]) => {
      const places = where.trim().split(' ').map(Number);
      const those = (external: number) => places.filter((place) => (place & 1) === external).map((place) => place >> 1);
      return { internal: those(0), external: those(1), identities };
    });
    return { as_of, environments: [...this.#environments], groups };
  }
}

/** A day: people come and go, but every user of every app is read for it. */
const MAX_AGE_MS = 23 * 3_600_000;

/** Whether to count anew: it is a day old, or there are environments that it does not have. */
export function isDue(before: Distinct | null, environments: readonly string[], now: Date): boolean {
  if (before === null) return true;
  if (now.getTime() - Date.parse(before.as_of) >= MAX_AGE_MS) return true;
  return environments.some((name) => !before.environments.includes(name));
}

/**
 * The better of two: a new count that lacks an environment that the older one has (its database was away) does not take
 * its place before that is two days old.
 */
export function better(before: Distinct | null, counted: Distinct | null, now: Date): Distinct | null {
  if (counted === null || before === null) return counted ?? before;
  const isWhole = before.environments.every((name) => counted.environments.includes(name));
  const isOld = now.getTime() - Date.parse(before.as_of) >= 2 * MAX_AGE_MS;
  return isWhole || isOld ? counted : before;
}
