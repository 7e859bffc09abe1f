/** How a bucket grows, by a slope that a few odd days cannot bend. */

/** The size of a bucket on one day. */
export interface DailySize {
  /** Milliseconds since the epoch. */
  time: number;
  size_bytes: number;
}

/** A trend and where it leads. */
export interface Growth {
  bytes_per_day: number;
  /** Daily points that it was made from. */
  days: number;
  forecast_30_days_bytes: number;
}

const DAY_MS = 86_400_000;
const MIN_POINTS = 7;
const MAX_POINTS = 30;

/**
 * The Theil–Sen estimate over the last 30 points: the median of the slopes between every two of them, so that a
 * clean-up or a load on one day does not count as a trend (Sen 1968, JASA 63). Gaps weigh by their true length.
 *
 * 10, 20, 30, 400, 50, 60, 70 bytes on seven days have 21 slopes; fifteen of them, a majority, are 10 bytes a day, and so
 * is the median, whatever the fourth day did. In 30 days that makes 70 + 300 = 370 bytes.
 *
 * @param sizes oldest first; `null` for fewer than 7
 */
export function growthOf(sizes: readonly DailySize[]): Growth | null {
  const points = sizes.slice(-MAX_POINTS);
  const newest = points.at(-1);
  if (newest === undefined || points.length < MIN_POINTS) return null;
  const slopes = points.flatMap((to, i) =>
    points.slice(0, i).map((from) => ((to.size_bytes - from.size_bytes) / (to.time - from.time)) * DAY_MS),
  );
  const slope = median(slopes);
  return {
    bytes_per_day: Math.round(slope),
    days: points.length,
    forecast_30_days_bytes: Math.max(0, Math.round(newest.size_bytes + 30 * slope)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
