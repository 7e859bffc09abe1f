/** Where the words below an axis stand, so that none runs into another. */

export interface AxisLabel {
  text: string;
  /** Where the place on the axis is that it names. */
  x: number;
  anchor: 'start' | 'middle' | 'end';
}

/** Letters of 11 pixels are about so wide: of Inter and of what stands in for it. */
const LETTER = 6.2;
const GAP = 6;

/**
 * The first and the last day at the ends, and between them the one where what is known ends: in the middle of its place where
 * there is room, else beside it, else not at all.
 *
 * @example axisLabels(['28 Aug', '25 Nov', '25 Dec'], [64, 232, 288]).map(({ anchor }) => anchor) // ['start', 'end', 'end']
 */
export function axisLabels(
  [first, between, last]: readonly [string, string | null, string],
  [from, at, to]: readonly [number, number, number],
): AxisLabel[] {
  const begin: AxisLabel = { text: first, x: from, anchor: 'start' };
  const end: AxisLabel = { text: last, x: to, anchor: 'end' };
  if (between === null) return [begin, end];
  const lowest = from + first.length * LETTER + GAP;
  const highest = to - last.length * LETTER - GAP;
  const width = between.length * LETTER;
  const beginnings = { middle: at - width / 2, end: at - width, start: at } as const;
  const anchor = (['middle', 'end', 'start'] as const).find(
    (candidate) => beginnings[candidate] >= lowest && beginnings[candidate] + width <= highest,
  );
  return anchor === undefined ? [begin, end] : [begin, { text: between, x: at, anchor }, end];
}
