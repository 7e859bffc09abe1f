/** The files of an environment: size, trend, where it leads. */
import type { Answer as AnswerOf } from '@mrt/client';
import { Link } from 'wouter-preact';
import { viewPath } from '../../address/view-address.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { Trend } from '../../charts/trend.tsx';
import { Figure, Unknown } from '../../parts/figure.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, PartialNote } from '../../parts/state.tsx';
import { bytes, count, exactBytes, roundBytes, signedBytes } from '../../words/numbers.ts';
import { bucketDays } from '../storage/bucket-days.ts';

const DAYS = 90;

export function BucketCards({ environment }: { environment: string }) {
  const question = { path: '/bucket_size', query: { environment, days: DAYS } } as const;
  const state = useAnswer<AnswerOf<'/bucket_size'>>(question);
  return (
    <section class="card" aria-labelledby="files">
      <h2 id="files">
        <Link href={viewPath(environment, 'storage')}>Files</Link>
      </h2>
      <Answer state={state} what="the buckets">
        {({ buckets }) =>
          buckets.map((bucket) => <BucketFigures key={`${bucket.bucket}/${bucket.prefix}`} bucket={bucket} />)
        }
      </Answer>
      <SameElsewhere
        questions={[question]}
        rows={{ name: `${environment}-bucket_history`, rows: bucketDays(state.data?.buckets ?? []) }}
      />
    </section>
  );
}

type Bucket = AnswerOf<'/bucket_size'>['buckets'][number];

/** One bucket; used on the storage page too. */
export function BucketFigures({
  bucket,
  trend = true,
  heading: Heading = 'h3',
}: {
  bucket: Bucket;
  /** Whether its sizes are drawn: a page that has them by class does not want them twice. */
  trend?: boolean;
  heading?: 'h2' | 'h3';
}) {
  const { growth, history, size_bytes, source, as_of } = bucket;
  const from = source === 'metrics' ? 'CloudWatch, all versions' : 'S3 listing, current objects';
  const points = (history ?? []).map(({ date, size_bytes: size }) => ({ date, values: { size } }));
  return (
    <>
      <Heading>
        {bucket.bucket}
        {bucket.prefix === null ? null : <span class="faint"> keys that begin with {bucket.prefix}</span>}
      </Heading>
      {bucket.error === null ? null : (
        <PartialNote>
          <strong>{bucket.error.title}.</strong> {bucket.error.detail}
        </PartialNote>
      )}
      <dl class="figures">
        <Figure
          label="Size"
          value={size_bytes === null ? <Unknown /> : bytes(size_bytes)}
          exactly={exactBytes(size_bytes)}
          source={from}
          asOf={as_of}
          note={bucket.complete || size_bytes === null ? undefined : 'at least'}
        />
        <Figure
          label="Objects"
          value={count(bucket.object_count)}
          source={source === 'metrics' ? 'with versions and upload parts' : 'current'}
        />
        <Figure
          label="A day"
          value={
            growth === null ? (
              <Unknown why="under 7 days of metrics, or a shared bucket" />
            ) : (
              signedBytes(growth.bytes_per_day)
            )
          }
          {...(growth === null ? {} : { source: `median of ${growth.days} days` })}
        />
        <Figure
          label="In 30 days"
          value={growth === null ? <Unknown why="no trend" /> : bytes(growth.forecast_30_days_bytes)}
          {...(growth === null ? {} : { source: 'if it goes on like this' })}
        />
      </dl>
      {points.length < 2 || !trend ? null : (
        <Trend
          label={`Size of ${bucket.bucket} from ${points[0]?.date} to ${points.at(-1)?.date}: from ${bytes(points[0]?.values.size)} to ${bytes(points.at(-1)?.values.size)}`}
          points={points}
          series={['size']}
          format={roundBytes}
          forecast={growth === null ? null : { value: growth.forecast_30_days_bytes, days: 30 }}
        />
      )}
    </>
  );
}
