/** Which environments with an Airflow an entry of the gateway's callers means. */
import { selects } from '../../lambdas/selector.ts';
import type { Config } from '../schema.ts';
import { type CallerKind, ownersOfCaller, ownersOfEnvironment } from '../tenancy.ts';

/**
 * Names of the environments with an Airflow that any of the selectors selects.
 *
 * @param selectors names, patterns or labels, as in `callers`
 */
export function airflowEnvironments(
  selectors: readonly string[],
  { environments }: Pick<Config, 'environments'>,
): string[] {
  return Object.entries(environments)
    .filter(
      ([name, { labels, airflow }]) =>
        airflow !== undefined && selectors.some((selector) => selects(selector, { name, labels })),
    )
    .map(([name]) => name);
}

/**
 * Names of the environments that a caller of the gateway may mean: of a tenant's caller those that are the tenant's own,
 * whatever its patterns say. Without tenants, and for the operator's callers, all that the selectors select, those without
 * an Airflow too, so that whoever may read one is told that it has none.
 */
export function withinReach(config: Config, kind: CallerKind, caller: string, selectors: readonly string[]): string[] {
  // Who belongs to nobody is refused at synthesis.
  const [owner = null] = ownersOfCaller(config, kind, caller);
  return Object.entries(config.environments)
    .filter(([name, { labels }]) => selectors.some((selector) => selects(selector, { name, labels })))
    .map(([name]) => name)
    .filter((name) => owner === null || ownersOfEnvironment(config, name).includes(owner));
}
