/** The figures on an axis: round ones, for bytes in the unit in which they are read. */
import { nice, ticks } from 'd3-array';

/** About so many lines; the library gives the round number nearest to it. */
const LINES = 4;

/**
 * Figures from 0 to a round one that holds the largest value.
 *
 * Bytes are round in their own unit: 10,472,304,440 (9.75 GiB) has lines at 0, 2, 4, 6, 8 and 10 GiB, where round decimals
 * would read 1.86, 3.73, 5.59 GiB.
 *
 * @param unit 1024 for bytes, 1000 for counts
 */
export function axisTicks(largest: number, unit: 1000 | 1024): number[] {
  if (!(largest > 0)) return [0, 1];
  const power = Math.max(0, Math.floor(Math.log(largest) / Math.log(unit)));
  const one = unit === 1024 ? unit ** power : 1;
  const [start, end] = nice(0, largest / one, LINES);
  return ticks(start, end, LINES).map((tick) => tick * one);
}

/** From figures to pixels, in a straight line. */
export function linear([from, to]: readonly [number, number], [low, high]: readonly [number, number]) {
  const slope = to === from ? 0 : (high - low) / (to - from);
  return (value: number): number => Math.round((low + (value - from) * slope) * 10) / 10;
}
