/** Lines and areas of a trend as SVG paths. */

/** `null`: not known, which is a gap and never 0. */
export type Mark = readonly [x: number, y: number | null];

/**
 * A line through what is known.
 *
 * @example linePath([[0, 10], [1, null], [2, 8], [3, 7]]) // 'M0,10M2,8L3,7'
 */
export function linePath(marks: readonly Mark[]): string {
  let isOpen = false;
  return marks
    .map(([x, y]) => {
      if (y === null) {
        isOpen = false;
        return '';
      }
      const step = `${isOpen ? 'L' : 'M'}${x},${y}`;
      isOpen = true;
      return step;
    })
    .join('');
}

/**
 * An area between two lines over the same places.
 *
 * @example areaPath([[0, 5], [1, 4]], [[0, 9], [1, 9]]) // 'M0,5L1,4L1,9L0,9Z'
 */
export function areaPath(top: readonly Mark[], bottom: readonly Mark[]): string {
  return top.length === 0 ? '' : `${linePath([...top, ...bottom.toReversed()])}Z`;
}
