/** What environments add up to, with what they share counted once. */
import type * as z from 'zod/mini';
import type { Addend, Recorded } from '../record/latest.ts';
import type { FleetPart } from '../route.ts';

/**
 * Each figure of the route's total over these environments, and no others: the caller's own. `null` when a part of it is
 * not known.
 *
 * Two environments with the bucket `files` and a third with its part `files/crm-` of 10 bytes are one bucket of 70 bytes;
 * the third alone is 10, since what the neighbours have is not its business.
 *
 * @param parts `null`: nothing is recorded of the environment
 */
export function totalOf({ total }: FleetPart, parts: readonly (Recorded | null)[]): Record<string, number | null> {
  const names = Object.keys((total as z.ZodMiniObject).shape);
  const things = thingsOf(parts.flatMap((part) => part?.addends ?? []));
  const isKnown = parts.every((part) => part !== null && part.taken_at !== null);
  return Object.fromEntries(
    names.map((name) => {
      const figures = things.map(({ figures: known }) => (Object.hasOwn(known, name) ? (known[name] ?? null) : null));
      const sum = figures.reduce((before, figure) => (before === null || figure === null ? null : before + figure), 0);
      return [name, isKnown ? sum : null];
    }),
  );
}

/** Each thing once, with the figures of whoever knows them; parts of a thing that is there as a whole are left out. */
function thingsOf(addends: readonly Addend[]): Addend[] {
  const things = new Map<string, Addend>();
  for (const addend of addends) {
    const before = things.get(addend.once);
    things.set(addend.once, before === undefined ? addend : { ...addend, figures: known(before, addend) });
  }
  return [...things.values()].filter(({ within }) => within === null || !things.has(within));
}

function known(before: Addend, after: Addend): Addend['figures'] {
  const figures = { ...before.figures };
  for (const [name, figure] of Object.entries(after.figures)) figures[name] ??= figure;
  return figures;
}
