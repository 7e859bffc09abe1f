/** Which constants of a sample environment changed on earlier days. */
import { createHash } from 'node:crypto';
import { Random } from '@mrt/local-aws/random/seeded-random.ts';
import type { ConstantChanges } from '../../../lambdas/record/changes.ts';
import type { PastDay } from './calendar.ts';

/** A constant that has not always been as it is today. */
export interface PastChange {
  name: string;
  change: 'added' | 'changed' | 'removed';
  /** The day whose recording saw it first. */
  date: string;
  changed_at: string;
  changed_after: string;
}

/** Ages in days: last week, a month ago, two months ago. */
const AGES = { changed: 6, added: 34, removed: 61 } as const;

/**
 * One constant of each kind, each on a day that is recorded.
 *
 * @param names of constants that have a value today
 */
export function pastChanges(environment: string, names: readonly string[], days: readonly PastDay[]): PastChange[] {
  const random = new Random(`constants of ${environment}`);
  const sorted = names.toSorted((a, b) => (a < b ? -1 : 1));
  const changed = sorted[random.between(0, sorted.length - 1)];
  const others = sorted.filter((name) => name !== changed);
  const added = others[random.between(0, others.length - 1)];
  const module = changed?.split('.')[0];
  const cast = { changed, added, removed: module && `${module}.LegacyEndpoint` };
  return (Object.keys(AGES) as PastChange['change'][]).flatMap((change) => {
    const name = cast[change];
    const at = days.findIndex(({ age }) => age <= AGES[change]);
    const [before, day] = [days[at - 1], days[at]];
    if (name === undefined || before === undefined || day === undefined) return [];
    return [{ name, change, date: day.date, changed_at: day.taken, changed_after: before.taken }];
  });
}

/** The state that a recorder would have which had seen all of it; one that has seen a change itself is left as it is. */
export function withPastChanges(
  state: ConstantChanges,
  changes: readonly PastChange[],
  first: string,
): ConstantChanges | null {
  if (state.changes.length > 0) return null;
  const of = new Map(changes.filter(({ change }) => change !== 'removed').map((change) => [change.name, change]));
  const constants = Object.entries(state.constants).map(([name, constant]) => {
    const change = of.get(name);
    const since = change ?? { changed_at: first, changed_after: null };
    return [name, { ...constant, changed_at: since.changed_at, changed_after: since.changed_after }];
  });
  return {
    ...state,
    constants: Object.fromEntries(constants),
    changes: changes
      .map(({ name, change, changed_at, changed_after }) => ({ name, change, changed_at, changed_after }))
      .sort((a, b) => (a.changed_at < b.changed_at ? -1 : 1)),
  };
}

/** In the shape of a fingerprint, and of no value. */
export function fingerprintBefore(name: string): string {
  return `v1:${createHash('sha256').update(`before ${name}`).digest('hex').slice(0, 32)}`;
}
