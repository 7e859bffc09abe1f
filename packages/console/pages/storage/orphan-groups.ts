/** Orphaned keys put together: nothing in the database knows them, so their own dates are all there is to go by. */

/** What of a key counts. */
export interface OrphanKey {
  size_bytes: number | null;
  /** When the object was last written. */
  last_modified: string | null;
  /** Entity of the document; an orphan has none, a missing or mismatched file has one. */
  entity: string | null;
}

export interface KeyGroup {
  name: string;
  objects: number;
  bytes: number;
}

/** By month of the last change, the oldest first: `2026-03`. */
export function byMonth(keys: readonly OrphanKey[]): KeyGroup[] {
  const groups = grouped(keys, ({ last_modified }) => last_modified?.slice(0, 7) ?? 'not known');
  return groups.toSorted((one, other) => one.name.localeCompare(other.name));
}

/** By entity, most bytes first. */
export function byEntity(keys: readonly OrphanKey[]): KeyGroup[] {
  return grouped(keys, ({ entity }) => entity ?? 'no document').toSorted((one, other) => other.bytes - one.bytes);
}

function grouped(keys: readonly OrphanKey[], nameOf: (key: OrphanKey) => string): KeyGroup[] {
  const groups = new Map<string, KeyGroup>();
  for (const key of keys) {
    const name = nameOf(key);
    const group = groups.get(name) ?? { name, objects: 0, bytes: 0 };
    groups.set(name, { name, objects: group.objects + 1, bytes: group.bytes + (key.size_bytes ?? 0) });
  }
  return [...groups.values()];
}
