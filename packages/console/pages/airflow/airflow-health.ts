/** The answer of `/airflow_health`, as the pages read it. */
import type { Answer, WholeAnswer } from '@mrt/client';

/** Of one Airflow, with or without its DAGs. */
export type AirflowHealth = Answer<'/airflow_health'>;
/** With its DAGs. */
export type AirflowDags = WholeAnswer<'/airflow_health'>;

/** The status of a component: some say it alone, others with a heartbeat. `null`: not known, or the Airflow has none. */
export function statusOf(component: string | { status: string | null } | null): string | null {
  return typeof component === 'string' ? component : (component?.status ?? null);
}
