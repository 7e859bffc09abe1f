/**
 * What looked wrong is asked of the database again before it is called so: documents without an object, objects of
 * another size than their document's, and objects that may be younger than the database's answer.
 */
import { askAgain } from '../../mendix/files/ask-again.ts';
import type { FileCatalog, FileQueries } from '../../mendix/files/catalog.ts';
import { type KeyRange, KNOWN, readKeys } from '../../mendix/files/documents.ts';
import { type KeyLayout, newUuidWords, readUuidText } from '../../mendix/files/key-layout.ts';
import { KnownKeys } from './known-keys.ts';

/** What the database says of a key now. */
export interface KnownNow {
  kind: number;
  size: number;
  /** `null`: not a document's, or not asked for. */
  entity: string | null;
  /** When the document was created; `null`: not known, or not asked for. */
  created: Date | null;
}

/** The answers by UUID. */
export interface SecondLook {
  /** `null`: the database does not know the key any more. */
  of(uuid: string): KnownNow | null;
  /** False when there were too many to ask for their entities. */
  hasEntities: boolean;
}

/** Above so many, all keys of the part are read once more: 0.4 s a million, where single ones take 3 s. */
export const MAX_SINGLE_KEYS = 20_000;

/**
 * Asks for `uuids` one by one.
 *
 * @throws DatabaseUnavailableError, UpstreamTimeoutError, UpstreamFailedError
 */
export async function askForEach(
  queries: FileQueries,
  catalog: FileCatalog,
  uuids: readonly string[],
): Promise<SecondLook> {
  const now = new Map<string, KnownNow>();
  for (const { uuid, kind, size, entity, created } of uuids.length === 0
    ? []
    : await askAgain(queries, catalog, uuids)) {
    const before = now.get(uuid);
    if (before === undefined || kind < before.kind) now.set(uuid, { kind, size, entity, created });
  }
  return { of: (uuid) => now.get(uuid) ?? null, hasEntities: true };
}

/**
 * Reads all keys of a part once more.
 *
 * @throws DatabaseUnavailableError, UpstreamTimeoutError, UpstreamFailedError, TooManyKeysError
 */
export async function readAgain(
  queries: FileQueries,
  catalog: FileCatalog,
  { range, layout, server, expected }: { range: KeyRange; layout: KeyLayout; server: string; expected: number },
): Promise<SecondLook> {
  const keys = new KnownKeys(layout, range, expected);
  await readKeys(queries, catalog, range, server, () => undefined, keys);
  const odd = new Map(
    [...keys.odd.values()].map((key) => [key.uuid, { kind: key.kind, size: key.size, entity: null, created: null }]),
  );
  const words = newUuidWords();
  const of = (uuid: string): KnownNow | null => {
    if (!readUuidText(uuid, words)) return odd.get(uuid) ?? null;
    const row = keys.find(words, 0, false);
    return row < 0 ? null : { kind: keys.kind(row), size: keys.size(row), entity: null, created: null };
  };
  return { of, hasEntities: false };
}

/** True for what is a document with contents now. */
export function isDocument(now: KnownNow | null): now is KnownNow {
  return now?.kind === KNOWN.document;
}
