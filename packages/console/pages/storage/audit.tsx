/** The bucket against the database: what nobody refers to, what is missing, and what it costs. */
import type { Answer as AnswerOf, Environment } from '@mrt/client';
import type { Question } from '../../address/question.ts';
import { may } from '../../answers/api-context.ts';
import { SCOPES } from '../../answers/failure.ts';
import { useContinued } from '../../answers/use-continued.ts';
import { Choose, useChoice } from '../../parts/choice.tsx';
import { ContinuedControls } from '../../parts/continued-controls.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { PartialNote } from '../../parts/state.tsx';
import { plural } from '../../words/numbers.ts';
import { AuditClasses } from './audit-classes.tsx';
import { AuditFiles } from './audit-files.tsx';
import { AuditKeys } from './audit-keys.tsx';
import { SinceReport } from './since-report.tsx';

const SIDES = [['inventory', 'S3’s newest report']] as const;

export function Audit({
  environment,
  hasReport,
}: {
  environment: Environment;
  /** Whether S3's own report can stand for the listing. */
  hasReport: boolean;
}) {
  const source = useChoice().get('from');
  const question: Question = { path: '/storage_audit', query: { environment: environment.environment, source } };
  const audit = useContinued<AnswerOf<'/storage_audit'>>(question);
  const { answer, done } = audit;
  return (
    <section aria-labelledby="audit">
      <h2 id="audit">Bucket against database</h2>
      {may(environment, 'storage_audit', SCOPES['/storage_audit'] ?? []) ? (
        <>
          <p class="faint">
            {source === 'inventory'
              ? 'Compares S3’s newest report of the bucket with the database, and asks S3 about each file that looks wrong.'
              : 'Lists the bucket and asks the database for each key: which files nothing refers to, and which are missing.'}
          </p>
          {hasReport ? (
            <div class="filters">
              <Choose label="The bucket by" name="from" any="a listing of now" options={SIDES} />
            </div>
          ) : null}
          <ContinuedControls of={audit} begin="Audit now">
            {answer?.reconciliation?.listed
              ? `${plural(answer.reconciliation.listed.object_count, 'object')} looked at${done ? '' : ' so far'}`
              : null}
          </ContinuedControls>
          {Object.entries(answer?.errors ?? {}).map(([side, error]) =>
            error === null ? null : (
              <PartialNote key={side}>
                <strong>
                  The {side}’s side is missing: {error.title}.
                </strong>{' '}
                {error.detail}
              </PartialNote>
            ),
          )}
          {answer === null ? null : (
            <>
              <AuditClasses answer={answer} done={done} />
              <SinceReport answer={answer} />
              <AuditFiles answer={answer} />
            </>
          )}
          <AuditKeys environment={environment.environment} source={source} />
          <SameElsewhere questions={[question]} />
        </>
      ) : (
        <p>The audit needs the scope mrt/storage_audit.read, which you do not have here.</p>
      )}
    </section>
  );
}
