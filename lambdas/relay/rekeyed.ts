/** The hashes in an agent's answer with this stage's keys, which the agent does not have (`keyed-hash.ts`). */
import { type HashKind, keyer } from '../keyed-hash.ts';
import type { KeyObject } from '../keys/object.ts';

/** The keys of hashes. */
export type HashKeys = Pick<KeyObject, HashKind>;

/** Which fields of an answer hold hashes, wherever they stand in it, and the keys for them. */
export interface KeyedFields {
  fields: Readonly<Record<string, HashKind>>;
  keys: HashKeys;
}

/**
 * A body with its hashes keyed. A field that holds anything else than a hash without a key becomes `null`: an agent cannot say
 * that one of its users is somebody whose identity it has seen elsewhere.
 *
 * @example rekeyed({ users: [{ id: '1', identity: 'unkeyed:9f2c…' }] }, users) // { users: [{ id: '1', identity: 'v1:5aa4…' }] }
 */
export function rekeyed<T>(body: T, { fields, keys }: KeyedFields): T {
  const keyers = new Map(Object.entries(fields).map(([field, kind]) => [field, keyer(keys[kind], kind)] as const));
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const key = keyers.get(name);
        if (key === undefined) return [name, walk(member)];
        return [name, typeof member === 'string' ? key(member) : null];
      }),
    );
  };
  return walk(body) as T;
}
