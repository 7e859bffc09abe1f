/** What of the route table and its scopes a stage has: what an option brings is not there without it. */
import type { Config } from '../config/schema.ts';
import { ALL_SCOPES, type Scope } from '../lambdas/contract.ts';
import type { Route } from '../lambdas/route.ts';

type Stage = Pick<Config, 'environments' | 'recording' | 'airflow'>;

/** Whether any environment has an Airflow. */
export function hasAirflow({ environments }: Pick<Config, 'environments'>): boolean {
  return Object.values(environments).some(({ airflow }) => airflow !== undefined);
}

/** The routes that a stage has, each with the scopes that it has there. */
export function routesOf(routes: readonly Route[], stage: Stage): Route[] {
  const scopes = scopesOf(stage);
  return routes
    .filter(({ record }) => stage.recording !== 'off' || record?.needed !== true)
    .filter(({ needs }) => hasAirflow(stage) || !needs.includes('airflow'))
    .map((route) => ({ ...route, scopes: route.scopes?.filter((scope) => scopes.includes(scope)) ?? null }));
}

/** The scopes that a stage has: a token with another one could not be asked for. */
export function scopesOf(stage: Pick<Config, 'environments' | 'airflow'>): Scope[] {
  return ALL_SCOPES.filter((scope) => {
    // Runs are started by the gateway alone.
    if (scope === 'mrt/airflow.trigger') return stage.airflow !== undefined;
    return hasAirflow(stage) || !scope.startsWith('mrt/airflow.');
  });
}
