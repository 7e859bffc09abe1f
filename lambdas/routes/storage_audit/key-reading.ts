/** The database's keys of a part while they come. */
import { readKeys } from '../../mendix/files/documents.ts';
import type { KeyLayout } from '../../mendix/files/key-layout.ts';
import type { DatabaseSide, Part } from './audit-scope.ts';
import { KnownKeys } from './known-keys.ts';

/** Begins at once. Both promises may reject, and need not be waited for. */
export class KeyReading {
  /** Resolves when the moment that the keys are of has passed. */
  readonly snapshot: Promise<void>;
  /** Resolves with all of them. */
  readonly keys: Promise<KnownKeys>;

  constructor({ keys: range, expected }: Part, layout: KeyLayout, { queries, catalog, server }: DatabaseSide) {
    const known = new KnownKeys(layout, range, expected);
    const { promise: snapshot, resolve, reject } = Promise.withResolvers<void>();
    this.snapshot = snapshot;
    this.keys = readKeys(queries, catalog, range, server, resolve, known).then(() => {
      resolve();
      return known;
    });
    this.keys.catch(reject);
    this.snapshot.catch(() => undefined);
  }
}
