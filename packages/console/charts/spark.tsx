/** A trend of a table's cell: its shape alone. What it says stands in the words beside it. */
import { linear } from './axis.ts';
import { linePath } from './trend-paths.ts';

const WIDTH = 56;
const HEIGHT = 16;

export function Spark({ values }: { values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const x = linear([0, values.length - 1], [1, WIDTH - 1]);
  const y = linear([Math.min(...known), Math.max(...known)], [HEIGHT - 2, 2]);
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path d={linePath(values.map((value, index) => [x(index), value === null ? null : y(value)]))} />
    </svg>
  );
}
