/** Which routes an agent serves; the cloud side, the functions and the agents say it alike. */
import type { Route } from '../route.ts';

/**
 * Whether agents serve the route: all that are about an environment but those about an Airflow, which has its own way into
 * the account that it is in (`docs/airflow.md`) and no part in an agent's role.
 */
export function isServedByAgents({ environment, needs }: Pick<Route, 'environment' | 'needs'>): boolean {
  return environment && !needs.includes('airflow');
}
