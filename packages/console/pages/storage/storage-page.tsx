/** The files of an environment: what they were, what they are now, why the bucket is larger than the app says. */
import type { Answer as AnswerOf } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { may } from '../../answers/api-context.ts';
import { SCOPES } from '../../answers/failure.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { Choose, useChoice } from '../../parts/choice.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer } from '../../parts/state.tsx';
import { BucketFigures } from '../environment/bucket-cards.tsx';
import type { PageProps } from '../page-props.ts';
import { Audit } from './audit.tsx';
import { bucketDays } from './bucket-days.ts';
import { ClassHistory } from './class-history.tsx';
import { Difference } from './difference.tsx';
import { LiveListing } from './live-listing.tsx';
import { Report } from './report.tsx';

const SPANS = [
  ['30', '30 days'],
  ['180', '180 days'],
  ['455', '455 days'],
] as const;
const DEFAULT_DAYS = 90;

export function StoragePage({ environment }: PageProps) {
  const { environment: name } = environment;
  const days = Number(useChoice().get('days') ?? DEFAULT_DAYS);
  const question: Question = { path: '/bucket_size', query: { environment: name, days } };
  const state = useAnswer<AnswerOf<'/bucket_size'>>(question);
  if (!may(environment, 'bucket_size', SCOPES['/bucket_size'] ?? []))
    return <p>This needs the scope mrt/bucket_size.read.</p>;
  return (
    <>
      <div class="filters">
        <Choose label="History" name="days" any={`${DEFAULT_DAYS} days`} options={SPANS} />
        <SameElsewhere
          questions={[question]}
          rows={{ name: `${name}-bucket_history`, rows: bucketDays(state.data?.buckets ?? []) }}
        />
      </div>
      <Answer state={state} what="the buckets">
        {({ buckets }) =>
          buckets.map((bucket) => (
            <section key={`${bucket.bucket}/${bucket.prefix}`} aria-label={bucket.bucket} class="bucket">
              <BucketFigures bucket={bucket} heading="h2" trend={bucket.storage_types.length < 2} />
              <ClassHistory bucket={bucket} />
              <Difference environment={name} bucket={bucket} />
              <LiveListing environment={name} bucket={bucket.bucket} />
              {bucket.report ? <Report environment={name} bucket={bucket.bucket} /> : null}
            </section>
          ))
        }
      </Answer>
      {environment.offers.includes('storage_audit') ? (
        <Audit
          environment={environment}
          hasReport={state.data?.buckets.some(({ report }) => report !== undefined) ?? false}
        />
      ) : null}
    </>
  );
}
