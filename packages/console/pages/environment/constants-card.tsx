/** The constants of an environment by their state, and what should be looked at. */
import type { Answer as AnswerOf } from '@mrt/client';
import { Link } from 'wouter-preact';
import { viewPath } from '../../address/view-address.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { PartsBar } from '../../charts/bar.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer } from '../../parts/state.tsx';
import { count } from '../../words/numbers.ts';
import { FindingList, ModelLine } from '../constants/constant-parts.tsx';

/** As the API calls them, in the order of what is usual. */
export const STATES = ['default', 'overridden', 'missing', 'obsolete'] as const;

export function ConstantsCard({ environment }: { environment: string }) {
  const question = { path: '/micro_flow_constants', query: { environment, summary: true } } as const;
  const state = useAnswer<AnswerOf<'/micro_flow_constants'>>(question);
  return (
    <section class="card" aria-labelledby="constants">
      <h2 id="constants">
        <Link href={viewPath(environment, 'constants')}>Constants</Link>
      </h2>
      <Answer state={state} what="the constants">
        {(answer) => (
          <>
            <ModelLine answer={answer} />
            <FindingList findings={answer.findings} />
            <PartsBar
              label="Constants by state"
              parts={STATES.map((name) => ({
                name,
                value: answer.summary[name] ?? 0,
                text: count(answer.summary[name]),
                link: <Link href={viewPath(environment, 'constants', { state: name })}>{name}</Link>,
              }))}
            />
          </>
        )}
      </Answer>
      <SameElsewhere questions={[question]} />
    </section>
  );
}
