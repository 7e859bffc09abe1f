/** Free space of the server, which PostgreSQL itself cannot tell. */
import type { Database } from '../../environment-settings.ts';
import { type MissingPart, missingPart } from './missing.ts';

export interface FreeStorage {
  bytes: number;
  /** The minute that it is true for, ISO 8601. */
  as_of: string;
}

export interface FreeStorageFact {
  free_bytes: number | null;
  free_as_of: string | null;
  /** Why there is no figure where there should be one; the sizes of tables are answered all the same. */
  missing: MissingPart | null;
}

/**
 * @param freeStorage the newest data point of a `DBInstanceIdentifier`
 * @throws what is no upstream's fault; CloudWatch's own become `missing`
 */
export async function readFreeStorage(
  database: Database,
  freeStorage: (instance: string) => Promise<FreeStorage>,
): Promise<FreeStorageFact> {
  // Aurora's storage grows by itself and has no such metric.
  if (database.instance_identifier === null) return { free_bytes: null, free_as_of: null, missing: null };
  try {
    const { bytes, as_of } = await freeStorage(database.instance_identifier);
    return { free_bytes: bytes, free_as_of: as_of, missing: null };
  } catch (error) {
    return { free_bytes: null, free_as_of: null, missing: missingPart('free_bytes', error) };
  }
}
