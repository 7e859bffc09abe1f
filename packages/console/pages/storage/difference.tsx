/** Why the bucket costs more than the app shows: the metrics against a listing of now. */
import type { Answer as AnswerOf, Bucket } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { useContinued } from '../../answers/use-continued.ts';
import { PartsBar } from '../../charts/bar.tsx';
import { ContinuedControls } from '../../parts/continued-controls.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { PartialNote } from '../../parts/state.tsx';
import { bytes, count, plural } from '../../words/numbers.ts';
import { BesideReport } from './beside-report.tsx';
import { differenceWords } from './difference-words.ts';

export function Difference({ environment, bucket }: { environment: string; bucket: Bucket }) {
  const question: Question = { path: '/bucket_size', query: { environment, bucket: bucket.bucket, source: 'both' } };
  const both = useContinued<AnswerOf<'/bucket_size'>>(question);
  const row = both.answer?.buckets.find(
    (candidate) => candidate.bucket === bucket.bucket && candidate.prefix === bucket.prefix,
  );
  return (
    <>
      <h3>Why it is more than the app shows</h3>
      {bucket.prefix !== null ? (
        <p class="faint">Not to be told for a part of a bucket: CloudWatch measures whole buckets only.</p>
      ) : (
        <>
          <p class="faint">
            CloudWatch counts what is billed; an app sees its current files. This lists the bucket and explains the
            rest.
          </p>
          <ContinuedControls of={both} begin="Explain">
            {row?.listing ? `${plural(row.listing.object_count, 'object')} listed${both.done ? '' : ' so far'}` : null}
          </ContinuedControls>
          {row?.error ? (
            <PartialNote>
              <strong>{row.error.title}.</strong> {row.error.detail}
            </PartialNote>
          ) : null}
          {row?.difference && row.listing ? (
            <Explained row={row} listing={row.listing} difference={row.difference} />
          ) : null}
          {row?.inventory ? <BesideReport inventory={row.inventory} difference={row.inventory_difference} /> : null}
          <SameElsewhere
            questions={[question]}
            rows={{
              name: `${environment}-${bucket.bucket}-explained`,
              rows: row?.listing && row.difference ? [current(row.listing), ...row.difference.parts] : [],
            }}
          />
        </>
      )}
    </>
  );
}

/** The files of now as a part among the others. */
function current({ size_bytes, object_count, complete }: NonNullable<Bucket['listing']>) {
  return { what: 'current_objects', size_bytes, object_count, complete, reason: null };
}

function Explained({
  row,
  listing,
  difference,
}: {
  row: Bucket;
  listing: NonNullable<Bucket['listing']>;
  difference: NonNullable<Bucket['difference']>;
}) {
  const parts = difference.parts.filter(({ size_bytes, complete }) => size_bytes !== 0 || !complete);
  return (
    <>
      <p>
        Billed are <strong>{bytes(row.size_bytes)}</strong>; the files of now are{' '}
        <strong>{bytes(listing.size_bytes)}</strong>
        {listing.complete ? '' : ' or more'}. The difference of {bytes(difference.size_bytes)} is:
      </p>
      <PartsBar
        label="What the bucket is made of"
        parts={[
          { name: 'files of now', value: listing.size_bytes, text: bytes(listing.size_bytes) },
          ...parts.flatMap(({ what, size_bytes }) =>
            size_bytes === null
              ? []
              : [{ name: differenceWords(what).name, value: size_bytes, text: bytes(size_bytes) }],
          ),
        ]}
      />
      <dl class="meanings">
        {parts.map(({ what, size_bytes, object_count, reason }) => (
          <div key={what}>
            <dt>
              {differenceWords(what).name}: {size_bytes === null ? `not known (${reason})` : bytes(size_bytes)}
              {object_count === null || object_count === 0 ? '' : `, ${count(object_count)} objects`}
            </dt>
            <dd>{differenceWords(what).meaning}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
