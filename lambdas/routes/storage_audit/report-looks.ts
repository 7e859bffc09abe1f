/** Asks S3 what it has now under keys of a report, each for itself. */
import { UpstreamTimeoutError } from '../../upstream-errors.ts';
import type { ObjectNow } from '../../upstreams/s3/object-now.ts';
import type { ReportSide } from './audit-scope.ts';

/** Side by side; S3 takes 5,500 a second below a prefix (Amazon S3 user guide, "Best practices design patterns"). */
const CONNECTIONS = 16;

/** What S3 has now, by key; one that is not in it was not asked for. */
export type Seen = ReadonlyMap<string, ObjectNow | null>;

/**
 * Asks for each key while there is time.
 *
 * @param until milliseconds since the epoch after which no further key is asked for
 * @param isAllNeeded whether a part of them is of no use: the rows of a list must all have been asked for
 * @throws UpstreamTimeoutError where all are needed and the time was too short; what looking throws
 */
export async function lookAtEach(
  keys: readonly string[],
  { look }: Pick<ReportSide, 'look'>,
  until: number,
  isAllNeeded: boolean,
): Promise<Seen> {
  const seen = new Map<string, ObjectNow | null>();
  const left = keys.values();
  const worker = async () => {
    for (const key of left) {
      if (Date.now() >= until) return;
      seen.set(key, await look(key));
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONNECTIONS, keys.length) }, worker));
  if (isAllNeeded && seen.size < new Set(keys).size) throw new UpstreamTimeoutError('s3');
  return seen;
}
