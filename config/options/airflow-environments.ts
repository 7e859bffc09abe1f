/** Which environments with an Airflow an entry of the gateway's callers means. */
import { selects } from '../../lambdas/selector.ts';
import type { Config } from '../schema.ts';

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
