/** What is wrong with an Airflow, and why it is called wrong. */
import { plural } from '../../words/numbers.ts';
import { type AirflowHealth, statusOf } from './airflow-health.ts';

export interface AirflowConcern {
  severity: 'bad' | 'warn' | 'note';
  what: string;
  why: string;
}

/** The worst first. */
export function* airflowConcerns({ components, summary }: AirflowHealth): Generator<AirflowConcern> {
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
  const failed = summary?.runs?.failed ?? 0;
  if (failed > 0) {
    yield { severity: 'bad', what: 'runs failed', why: `${plural(failed, 'run')} in the last day ended in failure.` };
  }
  const errors = summary?.import_errors ?? 0;
  if (errors > 0) {
    yield {
      severity: 'bad',
      what: 'DAG files cannot be loaded',
      why: `${plural(errors, 'file')}: their DAGs run as they were, or not at all.`,
    };
  }
  const late = summary?.late ?? 0;
  if (late > 0)
    yield { severity: 'warn', what: 'DAGs are late', why: `${plural(late, 'DAG')} should have begun and did not.` };
  const long = summary?.running_long ?? 0;
  if (long > 0)
    yield { severity: 'warn', what: 'runs take long', why: `${plural(long, 'DAG')} with a run beyond what is usual.` };
}
