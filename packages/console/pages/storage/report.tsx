/** The bucket by S3's own report, for one that is too large to list. Only of a bucket that has one. */
import type { Answer as AnswerOf, Bucket } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { useContinued } from '../../answers/use-continued.ts';
import { ContinuedControls } from '../../parts/continued-controls.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Figure, Unknown } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { PartialNote } from '../../parts/state.tsx';
import { bytes, count, exactBytes, plural } from '../../words/numbers.ts';

type Inventory = NonNullable<Bucket['inventory']>;

export function Report({ environment, bucket }: { environment: string; bucket: string }) {
  const question: Question = { path: '/bucket_size', query: { environment, bucket, source: 'inventory' } };
  const report = useContinued<AnswerOf<'/bucket_size'>>(question);
  const [row] = report.answer?.buckets ?? [];
  return (
    <>
      <h3>By S3’s own report</h3>
      <p class="faint">
        True for the time at which S3 began to write it. Each question is a query that costs a little.
      </p>
      <ContinuedControls of={report} begin="Ask the report">
        {row?.inventory ? `${plural(row.inventory.object_count, 'object')}` : null}
      </ContinuedControls>
      {row?.error ? (
        <PartialNote>
          <strong>{row.error.title}.</strong> {row.error.detail}
        </PartialNote>
      ) : null}
      {row?.inventory ? <ReportFigures inventory={row.inventory} /> : null}
      <SameElsewhere questions={[question]} csv={question} />
    </>
  );
}

function ReportFigures({ inventory }: { inventory: Inventory }) {
  const { size_bytes, object_count, as_of, noncurrent_versions, by_age, delete_markers } = inventory;
  return (
    <>
      <dl class="figures">
        <Figure
          label="Size then"
          value={size_bytes === null ? <Unknown why="the report lacks the size of some" /> : bytes(size_bytes)}
          exactly={exactBytes(size_bytes)}
          note={size_bytes === null ? undefined : 'exact'}
          source="S3’s report"
          asOf={as_of}
        />
        <Figure label="Objects then" value={count(object_count)} note="exact" source="current" />
        <Figure
          label="Old versions"
          value={noncurrent_versions === null ? <Unknown why="not in this report" /> : sizeOf(noncurrent_versions)}
          source={
            noncurrent_versions === null
              ? 'the report lists current objects only'
              : `${plural(noncurrent_versions.object_count, 'object')}, ${plural(delete_markers ?? 0, 'delete marker')}`
          }
        />
      </dl>
      {by_age === null ? null : (
        <DataTable
          caption="By the time since the last write"
          rows={by_age}
          keyOf={({ value }) => String(value)}
          columns={[
            { name: 'Last written', cell: ({ value }) => (value === null ? <Unknown /> : ageWords(value)) },
            { name: 'Objects', numeric: true, cell: (row) => count(row.object_count) },
            { name: 'Size', numeric: true, cell: sizeOf },
          ]}
        />
      )}
    </>
  );
}

function sizeOf({ size_bytes }: { size_bytes: number | null }) {
  if (size_bytes === null) return <Unknown why="the report lacks the size of some" />;
  return <span title={exactBytes(size_bytes)}>{bytes(size_bytes)}</span>;
}

/** `30_to_90_days` as `30 to 90 days before`. */
function ageWords(value: string): string {
  return `${value.replaceAll('_', ' ')} before`;
}
