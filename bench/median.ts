/** The middle one of figures of the same thing; of an even number the upper middle one. */
export function median(values: readonly number[]): number {
  return medianBy(values, (value) => value);
}

/** The run whose figure is the middle one. @throws Error when there is none */
export function medianBy<Run>(runs: readonly Run[], figure: (run: Run) => number): Run {
  const middle = runs.toSorted((a, b) => figure(a) - figure(b))[Math.floor(runs.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
