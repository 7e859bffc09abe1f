/** What the mutation run says. */

/** How the mutants of one guard ended. */
export interface Tally {
  /** Those that were left out of the sample included. */
  all: number;
  /** To be tried. */
  mutants: number;
  noticed: number;
  accepted: number;
  survived: number;
  untried: number;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line for each guard and one for all of them, in Markdown. */
export function table(tallies: ReadonlyMap<string, Tally>): string {
  const all: Tally = { all: 0, mutants: 0, noticed: 0, accepted: 0, survived: 0, untried: 0 };
  for (const tally of tallies.values()) {
    for (const name of Object.keys(all) as (keyof Tally)[]) all[name] += tally[name];
  }
  const rows = [...tallies, ['all', all] as const].map(([guard, tally]) => {
    const alive = tally.accepted + tally.survived;
    const tried = tally.mutants - tally.untried;
    const share = tried === 0 ? 0 : (100 * alive) / tried;
    const figures = [tally.all, tally.mutants, tally.noticed, tally.accepted, tally.survived, tally.untried];
    return `| ${guard} | ${figures.join(' | ')} | ${share.toFixed(1)} % |`;
  });
  return [
    '| guard | in the code | sample | noticed | accepted | survived | not tried | alive |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}
