/** The bucket as it is now, counted by S3 itself. */
import type { Answer as AnswerOf } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { useContinued } from '../../answers/use-continued.ts';
import { ContinuedControls } from '../../parts/continued-controls.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Figure } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { PartialNote } from '../../parts/state.tsx';
import { bytes, count, exactBytes, plural } from '../../words/numbers.ts';

export function LiveListing({ environment, bucket }: { environment: string; bucket: string }) {
  const question: Question = { path: '/bucket_size', query: { environment, bucket, source: 'listing' } };
  const listing = useContinued<AnswerOf<'/bucket_size'>>(question);
  const [row] = listing.answer?.buckets ?? [];
  return (
    <>
      <h3>The bucket now</h3>
      <ContinuedControls of={listing} begin="List it now">
        {row === undefined
          ? null
          : `${plural(row.object_count ?? 0, 'object')}, ${bytes(row.size_bytes)}${listing.done ? '' : ' so far: at least so much'}`}
      </ContinuedControls>
      {row?.error ? (
        <PartialNote>
          <strong>{row.error.title}.</strong> {row.error.detail}
        </PartialNote>
      ) : null}
      {row === undefined ? null : (
        <>
          <dl class="figures">
            <Figure
              label="Current objects"
              value={count(row.object_count)}
              note={listing.done && row.complete ? 'exact' : 'at least'}
              source="S3 listing"
              asOf={row.as_of}
            />
            <Figure
              label="Their size"
              value={bytes(row.size_bytes)}
              exactly={exactBytes(row.size_bytes)}
              note={listing.done && row.complete ? 'exact' : 'at least'}
            />
          </dl>
          <DataTable
            caption="By storage class"
            rows={row.storage_types}
            keyOf={({ storage_class }) => String(storage_class)}
            columns={[
              { name: 'Storage class', cell: ({ storage_class }) => storage_class ?? 'not known' },
              {
                name: 'Size',
                numeric: true,
                cell: ({ size_bytes }) => <span title={exactBytes(size_bytes)}>{bytes(size_bytes)}</span>,
              },
            ]}
          />
        </>
      )}
      <SameElsewhere questions={[question]} csv={question} />
    </>
  );
}
