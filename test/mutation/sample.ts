/** The mutants of a file that are tried where all would take too long. */
import { createHash } from 'node:crypto';
import type { Mutant } from './mutants.ts';

/**
 * `most` of the mutants, in the order of the source: those whose hash comes first. The same in each run, so that the list
 * of accepted ones holds; and each by itself, so that a changed line moves no mutant of another line but for one
 */
export function sampled(mutants: readonly Mutant[], most: number): Mutant[] {
  if (mutants.length <= most) return [...mutants];
  const ranked = mutants.map((mutant) => ({ mutant, rank: rankOf(mutant) }));
  const chosen = new Set(
    ranked
      .toSorted((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)))
      .slice(0, most)
      .map(({ mutant }) => mutant),
  );
  return mutants.filter((mutant) => chosen.has(mutant));
}

function rankOf({ file, before, after }: Mutant): string {
  return createHash('sha256').update([file, before, after].join('\n')).digest('hex');
}
