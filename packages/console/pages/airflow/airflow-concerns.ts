/** What is wrong with an Airflow, and why it is called wrong. */
import type { FleetAnswer } from '@mrt/client';
import { plural } from '../../words/numbers.ts';
import { statusOf } from './airflow-health.ts';

export interface AirflowConcern {
  severity: 'bad' | 'warn' | 'note';
  what: string;
  why: string;
}

type Summary = NonNullable<FleetAnswer<'/airflow_health'>['environments'][number]['summary']>;

/** Of the last day. The worst first. */
export function* airflowConcerns({
  components,
  dags,
}: Pick<Summary, 'components' | 'dags'>): Generator<AirflowConcern> {
  for (const [name, component] of Object.entries(components ?? {})) {
    const status = statusOf(component);
    if (status !== null && status !== 'healthy') {
      yield {
        severity: 'bad',
        what: `${name.replaceAll('_', ' ')} is ${status}`,
        why: 'Airflow says so itself; nothing new may start.',
      };
    }
  }
  const failing = dags.states?.['failing'] ?? 0;
  const failed = dags.runs?.failed ?? 0;
  const ended = `${plural(failed, 'run')} in the last day ended in failure`;
  if (failing > 0) {
    yield { severity: 'bad', what: 'DAGs fail', why: `The newest run of ${plural(failing, 'DAG')} failed; ${ended}.` };
  } else if (failed > 0) {
    // Where the states are not known, nobody can say that it has passed.
    const hasPassed = dags.states !== null;
    const why = hasPassed ? `${ended}; the runs after them succeeded.` : `${ended}.`;
    yield { severity: hasPassed ? 'warn' : 'bad', what: 'runs failed', why };
  }
  const errors = dags.import_errors ?? 0;
  if (errors > 0) {
    yield {
      severity: 'bad',
      what: 'DAG files cannot be loaded',
      why: `${plural(errors, 'file')}: their DAGs run as they were, or not at all.`,
    };
  }
  const late = dags.late ?? 0;
  if (late > 0)
    yield { severity: 'warn', what: 'DAGs are late', why: `${plural(late, 'DAG')} should have begun and did not.` };
  const long = dags.running_long ?? 0;
  if (long > 0)
    yield { severity: 'warn', what: 'runs take long', why: `${plural(long, 'DAG')} with a run beyond what is usual.` };
}
