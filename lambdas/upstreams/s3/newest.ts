/** Finds the newest object under a prefix. */
import type { Context } from '../../context.ts';
import { type ListedObject, objectsBelow, type Prefix } from './objects-below.ts';

/**
 * The object that was written last; of several of the same second, the last in key order. `null`: there is none.
 *
 * @throws UpstreamFailedError (`too-many-objects` beyond 10,000), UpstreamThrottledError, UpstreamTimeoutError
 */
export async function newestObject(at: Prefix, context: Context): Promise<ListedObject | null> {
  const objects = await objectsBelow(at, context);
  return objects.reduce<ListedObject | null>(
    (newest, object) => (newest === null || object.last_modified >= newest.last_modified ? object : newest),
    null,
  );
}
