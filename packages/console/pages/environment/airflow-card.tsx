/** An Airflow at a glance: how its runs end, and what is wrong with it. */
import type { Answer as AnswerOf } from '@mrt/client';
import { Link } from 'wouter-preact';
import { viewPath } from '../../address/view-address.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { Figure } from '../../parts/figure.tsx';
import { Icon } from '../../parts/icon.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer } from '../../parts/state.tsx';
import { count, share } from '../../words/numbers.ts';
import { airflowConcerns } from '../airflow/airflow-concerns.ts';

export function AirflowCard({ environment }: { environment: string }) {
  const question = { path: '/airflow_health', query: { environment, summary: true } } as const;
  const state = useAnswer<AnswerOf<'/airflow_health'>>(question);
  return (
    <section class="card" aria-labelledby="airflow">
      <h2 id="airflow">
        <Link href={viewPath(environment, 'airflow')}>Airflow</Link>
      </h2>
      <Answer state={state} what="Airflow">
        {({ airflow, components, summary, as_of }) => {
          const concerns = summary ? [...airflowConcerns({ components: components ?? null, dags: summary })] : [];
          return (
            <>
              <dl class="figures">
                <Figure
                  label="DAGs"
                  value={count(summary?.dags)}
                  source={`Airflow ${airflow?.version ?? 'of a version not known'}`}
                  asOf={as_of}
                />
                <Figure label="Runs that succeed" value={share(summary?.success_rate)} source="of the last day" />
                <Figure label="Failed runs" value={count(summary?.runs?.failed)} source="of the last day" />
              </dl>
              {concerns.length === 0 ? null : (
                <ul class="concerns">
                  {concerns.map(({ severity, what, why }) => (
                    <li key={what} class={severity}>
                      <Icon name={severity} label={severity === 'bad' ? 'Act now' : 'Look at it'} />
                      <div>
                        {what}: <span class="why">{why}</span>
                      </div>
                    </li>
                  ))}
                </ul>
              )}
            </>
          );
        }}
      </Answer>
      <SameElsewhere questions={[question]} />
    </section>
  );
}
