/** Free space of the server, which PostgreSQL itself cannot tell. */
import type { Database } from '../../settings.ts';

export interface FreeStorage {
  bytes: number;
  as_of: string;
}

export interface FreeStorageFact {
  free_bytes: number | null;
  free_as_of: string | null;
  /** Set where there should be a figure and is none; the sizes of tables are answered all the same. */
  free_error: 'unavailable' | null;
}

/** @param freeStorage newest data point, `null` without one; never rejects for CloudWatch's sake */
export async function readFreeStorage(
  database: Database,
  freeStorage: (database: Database) => Promise<FreeStorage | null>,
): Promise<FreeStorageFact> {
  // Aurora's storage grows by itself and has no such metric.
  const free = database.instance_identifier === null ? null : await freeStorage(database);
  if (free !== null) return { free_bytes: free.bytes, free_as_of: free.as_of, free_error: null };
  const free_error = database.instance_identifier === null ? null : 'unavailable';
  return { free_bytes: null, free_as_of: null, free_error };
}
