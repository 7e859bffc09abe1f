/** How a figure grows, by a slope that a few odd days cannot bend. */

/** A figure on one day. */
export interface DailyValue {
  /** Milliseconds since the epoch. */
  time: number;
  value: number;
}

/** The trend of a size, and where it leads. */
export interface Growth {
  bytes_per_day: number;
  /** Daily points that it was made from. */
  days: number;
  forecast_30_days_bytes: number;
}

/** The trend of a count. */
export interface CountGrowth {
  /** With two decimals: a few people a month are a trend. */
  per_day: number;
  /** Daily points that it was made from. */
  days: number;
  forecast_30_days: number;
}

const DAY_MS = 86_400_000;
const MIN_POINTS = 7;
const MAX_POINTS = 30;

/**
 * The trend of a size in bytes.
 *
 * @param sizes oldest first; `null` for fewer than 7
 */
export function growthOf(sizes: readonly DailyValue[]): Growth | null {
  const trend = trendOf(sizes);
  if (trend === null) return null;
  return {
    bytes_per_day: Math.round(trend.slope),
    days: trend.days,
    forecast_30_days_bytes: trend.forecast,
  };
}

/**
 * The trend of a count.
 *
 * @param counts oldest first; `null` for fewer than 7
 */
export function countGrowthOf(counts: readonly DailyValue[]): CountGrowth | null {
  const trend = trendOf(counts);
  if (trend === null) return null;
  return { per_day: Math.round(trend.slope * 100) / 100, days: trend.days, forecast_30_days: trend.forecast };
}

/**
 * The Theil–Sen estimate over the last 30 points: the median of the slopes between every two of them, so that a
 * clean-up or a load on one day does not count as a trend (Sen 1968, JASA 63). Gaps weigh by their true length.
 *
 * 10, 20, 30, 400, 50, 60, 70 on seven days have 21 slopes; fifteen of them, a majority, are 10 a day, and so is the
 * median, whatever the fourth day did. In 30 days that makes 70 + 300 = 370.
 */
function trendOf(values: readonly DailyValue[]): { slope: number; days: number; forecast: number } | null {
  const points = values.slice(-MAX_POINTS);
  const newest = points.at(-1);
  if (newest === undefined || points.length < MIN_POINTS) return null;
  const slopes = points.flatMap((to, i) =>
    points.slice(0, i).map((from) => ((to.value - from.value) / (to.time - from.time)) * DAY_MS),
  );
  const slope = median(slopes);
  return { slope, days: points.length, forecast: Math.max(0, Math.round(newest.value + 30 * slope)) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
