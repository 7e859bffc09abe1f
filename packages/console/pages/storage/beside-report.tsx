/** S3's own report beside metrics and listing: what lies between them, and how much time. */
import type { Bucket } from '@mrt/client';
import { Time, Unknown } from '../../parts/figure.tsx';
import { bytes, exactBytes, plural, signedBytes } from '../../words/numbers.ts';
import { duration } from '../../words/times.ts';
import { differenceWords } from './difference-words.ts';

export function BesideReport({
  inventory,
  difference,
}: {
  inventory: NonNullable<Bucket['inventory']>;
  difference: Bucket['inventory_difference'];
}) {
  const { metrics, listing } = difference ?? { metrics: null, listing: null };
  return (
    <>
      <p>
        By S3’s report of <Time at={inventory.as_of} /> the files were{' '}
        {inventory.size_bytes === null ? (
          <Unknown why="the report lacks the size of some" />
        ) : (
          <strong title={exactBytes(inventory.size_bytes)}>{bytes(inventory.size_bytes)}</strong>
        )}{' '}
        in {plural(inventory.object_count, 'object')}.
      </p>
      <dl class="meanings">
        {listing === null ? null : (
          <div>
            <dt>
              since then: <span title={exactBytes(listing.size_bytes)}>{signedBytes(listing.size_bytes)}</span>,{' '}
              {plural(listing.object_count, 'object')}
            </dt>
            <dd>
              What was written in the {duration(Math.abs(listing.seconds))} between report and listing, less what was
              deleted.
            </dd>
          </div>
        )}
        {metrics === null ? null : (
          <div>
            <dt>
              billed beside the report:{' '}
              <span title={exactBytes(metrics.size_bytes)}>{signedBytes(metrics.size_bytes)}</span>
            </dt>
            <dd>
              {metrics.parts
                .filter(({ size_bytes, complete }) => size_bytes !== 0 || !complete)
                .map(
                  ({ what, size_bytes, reason }) =>
                    `${differenceWords(what).name} ${size_bytes === null ? `not known (${reason})` : bytes(size_bytes)}`,
                )
                .join(', ') || 'No difference'}
              ; {duration(Math.abs(metrics.seconds))} lie between the two.
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}
