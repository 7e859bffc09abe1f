/** Which DAGs the request means: what Airflow narrows by itself, what is left for us, and a name that none has. */

import { nearNames } from '../../near-names.ts';
import { matchesPattern } from '../../pattern.ts';
import { UnknownNameError } from '../../request-errors.ts';
import { UpstreamTimeoutError } from '../../upstream-errors.ts';
import type { Asked } from './asked.ts';
import type { Dag } from './documents.ts';
import type { DagFilter } from './lists.ts';

/** What Airflow can narrow itself: it knows parts of names, and single tags. */
export function filterOf({ dag, tag }: Asked['parameters']): DagFilter {
  const parts = (dag ?? '').split('*').toSorted((a, b) => b.length - a.length);
  return { part: parts[0] || null, tag: tag ?? null };
}

/** Airflow's own narrowing takes any case, and any sign for `_`. */
export function isAsked({ id, tags }: Dag, { parameters: { dag, tag } }: Asked): boolean {
  return (dag === undefined || matchesPattern(dag, id)) && (tag === undefined || tags.includes(tag));
}

/**
 * One DAG by its whole name, and it is not there: a typing error, and not "no DAG".
 *
 * @throws UnknownNameError
 */
export async function refuseUnknown({ lists, parameters: { dag } }: Asked): Promise<void> {
  if (dag === undefined || dag.includes('*')) return;
  const some = await lists.dags({ part: null, tag: null }, 0).catch((error: unknown) => {
    if (error instanceof UpstreamTimeoutError) return { items: [] };
    throw error;
  });
  throw new UnknownNameError(
    'dag',
    dag,
    nearNames(
      dag,
      some.items.map(({ id }) => id),
    ),
  );
}
