/** An Airflow: whether it works, which DAGs fail or are late, how its runs ended. */
import type { Question } from '../../address/question.ts';
import { useAnswer } from '../../answers/use-answer.ts';
import { CellBar, PartsBar } from '../../charts/bar.tsx';
import { Choose, useChoice } from '../../parts/choice.tsx';
import { Pager } from '../../parts/data-table.tsx';
import { Figure, Time } from '../../parts/figure.tsx';
import { Icon } from '../../parts/icon.tsx';
import { SameElsewhere } from '../../parts/same-elsewhere.tsx';
import { Answer, Empty, PartialNote } from '../../parts/state.tsx';
import { count, share } from '../../words/numbers.ts';
import type { PageProps } from '../page-props.ts';
import { type AirflowDags, type AirflowHealth, statusOf } from './airflow-health.ts';
import { DagRows } from './dag-rows.tsx';

const ROWS_A_PAGE = 200;
const DEFAULT_HOURS = 24;

const STATES = [
  ['failing', 'failing'],
  ['late', 'late'],
  ['running_long', 'running long'],
  ['never_ran', 'never ran'],
  ['paused', 'paused'],
  ['healthy', 'healthy'],
] as const;

export function AirflowPage({ environment: { environment } }: PageProps) {
  const choice = useChoice();
  const question: Question = {
    path: '/airflow_health',
    query: {
      environment,
      window_hours: Number(choice.get('window_hours') ?? DEFAULT_HOURS),
      state: choice.get('state'),
      tag: choice.get('tag'),
      limit: ROWS_A_PAGE,
      cursor: choice.get('cursor'),
    },
  };
  const state = useAnswer<AirflowDags>(question);
  return (
    <>
      <div class="filters">
        <Choose label="State" name="state" options={STATES} />
        <Choose
          label="Window"
          name="window_hours"
          any="a day"
          options={[
            ['1', 'an hour'],
            ['168', 'a week'],
            ['720', '30 days'],
          ]}
        />
        <SameElsewhere questions={[question]} csv={question} />
      </div>
      <Answer state={state} what="Airflow">
        {(health) => (
          <>
            {health.missing.length === 0 ? null : (
              <PartialNote>
                Not known:{' '}
                {health.missing.map(({ what, reason }) => `${what.replaceAll('_', ' ')} (${reason})`).join(', ')}.
              </PartialNote>
            )}
            <Components health={health} />
            <Runs health={health} />
            <ImportErrors errors={health.import_errors ?? []} />
            {health.dags == null ? null : health.dags.length === 0 ? (
              <Empty>No DAG is like this.</Empty>
            ) : (
              <DagRows
                dags={health.dags}
                environment={environment}
                areAll={health.next_cursor === null && choice.get('cursor') === undefined}
              />
            )}
            <Pager
              first={choice.get('cursor') === undefined ? null : choice.with({})}
              next={health.next_cursor === null ? null : choice.with({ cursor: health.next_cursor })}
            />
          </>
        )}
      </Answer>
    </>
  );
}

function Components({ health: { components, airflow, as_of } }: { health: AirflowHealth }) {
  return (
    <>
      <ul class="components" aria-label="Components">
        {Object.entries(components ?? {}).map(([name, component]) => {
          const status = statusOf(component);
          const beat = typeof component === 'object' ? component?.heartbeat : undefined;
          return (
            <li key={name}>
              <Icon name={status === 'healthy' ? 'good' : status === null ? 'note' : 'bad'} />{' '}
              {name.replaceAll('_', ' ')}{' '}
              <span class="faint">
                {status ?? 'not known'}
                {beat ? (
                  <>
                    {' · '}
                    <Time at={beat} />
                  </>
                ) : null}
              </span>
            </li>
          );
        })}
      </ul>
      <p class="source">
        Airflow {airflow?.version ?? 'of a version not known'} · <Time at={as_of} />
      </p>
    </>
  );
}

function Runs({ health: { summary } }: { health: AirflowHealth }) {
  if (summary == null) return null;
  const runs = Object.entries(summary.runs ?? {});
  return (
    <>
      <dl class="figures">
        <Figure label="DAGs" value={count(summary.dags)} source={`${count(summary.paused)} paused`} />
        <Figure label="Runs that succeed" value={share(summary.success_rate)} />
        <Figure label="Late" value={count(summary.late)} source="should have begun" />
        <Figure label="Running long" value={count(summary.running_long)} />
        <Figure label="Files that cannot be loaded" value={count(summary.import_errors)} />
      </dl>
      <div class="two">
        <PartsBar
          label="Runs in the window"
          parts={runs.map(([name, number]) => ({ name, value: number ?? 0, text: count(number) }))}
        />
        <Pools pools={summary.pools ?? []} />
      </div>
    </>
  );
}

/** Each pool is a whole of its own: one bar of all would show shares of nothing. */
function Pools({ pools }: { pools: NonNullable<NonNullable<AirflowHealth['summary']>['pools']> }) {
  return (
    <ul class="plain" aria-label="Slots in use, by pool">
      {pools.map(({ pool, occupied, slots, queued }) => (
        <li key={pool}>
          <CellBar value={occupied ?? 0} of={slots ?? 0} /> {pool}{' '}
          <span class="faint">
            {count(occupied)} of {count(slots)} slots in use, {count(queued)} tasks queued
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The message is Airflow's own: it may hold anything, and is shown as text. */
function ImportErrors({ errors }: { errors: readonly { file: string; message: string }[] }) {
  if (errors.length === 0) return null;
  return (
    <section aria-labelledby="import-errors">
      <h2 id="import-errors">Files that cannot be loaded</h2>
      <ul class="plain">
        {errors.map(({ file, message }) => (
          <li key={file}>
            <code>{file}</code>
            <pre tabindex={0}>{message}</pre>
          </li>
        ))}
      </ul>
    </section>
  );
}
