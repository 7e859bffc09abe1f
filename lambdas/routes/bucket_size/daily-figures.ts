/**
 * CloudWatch's daily points of one bucket, put together by day; days that lack one of their parts are left out.
 *
 * S3 publishes each storage type and the number of objects on their own, "best effort", often more than 48 hours late,
 * and without a promise that every point comes. A day's sum without one type is a wrong number that looks like any other.
 * Source: S3 user guide, "Monitoring metrics with Amazon CloudWatch" (best-effort delivery).
 *
 * Worked example, newest day first; S: StandardStorage, G: GlacierStorage, N: NumberOfObjects:
 *
 *     day      24    23    22    21    20
 *     S      1000  1000  1000  1000  1000
 *     G         -     -  1000     -  1000
 *     N        10    10    10    10    10
 *
 * 24 and 23 lack G, which was there two days ago: late. 21 lacks it between two days that have it: a hole. So the newest
 * figure is that of the 22nd, 2000, and the history is 22 and 20. Had G been away since the 10th and N fallen to 5 then,
 * G would be gone, and the newest figure the 24th's 1000.
 */

export interface Day {
  date: string;
  size_bytes: number;
  object_count: number | null;
  by_storage_type: Record<string, number>;
}

/** Points of one series: milliseconds since the epoch at the start of a day, and the value. */
export type Points = ReadonlyMap<number, number>;

const DAY_MS = 86_400_000;
/** A series that is away for no longer is late, or has a hole. */
const MAX_LATE_DAYS = 3;
/** Away for longer it is gone, whatever the number of objects says: CloudWatch forgets a silent metric then, too. */
export const MAX_SILENT_DAYS = 14;

/**
 * The whole days, oldest first, by their start in milliseconds since the epoch.
 *
 * @param types bytes of each storage type, by CloudWatch's name
 * @param counts number of objects of all types; a bucket that has none of it at all has days without a count
 */
export function wholeDays(types: ReadonlyMap<string, Points>, counts: Points): [number, Day][] {
  const times = [...new Set([...types.values()].flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  const days = new Map(times.map((time) => [time, dayOf(time, types, counts)]));
  const newest = Math.max(...times, ...counts.keys());
  return [...days].filter(([time, day]) => {
    if (isLate(counts, time, newest)) return false;
    return ![...types.values()].some(
      (points) => isLate(points, time, newest) || isHidden(points, time, newest, day, days),
    );
  });
}

function dayOf(time: number, types: ReadonlyMap<string, Points>, counts: Points): Day {
  const by_storage_type: Record<string, number> = {};
  let size_bytes = 0;
  for (const [type, points] of types) {
    const bytes = points.get(time);
    if (bytes === undefined) continue;
    by_storage_type[type] = bytes;
    size_bytes += bytes;
  }
  return { date: dateOf(time), size_bytes, object_count: counts.get(time) ?? null, by_storage_type };
}

/** Whether the series lacks this day only for a while. One that begins later was not there yet. */
function isLate(points: Points, time: number, newest: number): boolean {
  const absence = absenceAt(points, time, newest);
  return absence !== null && absence.days <= MAX_LATE_DAYS;
}

/**
 * Whether a type that is away for longer must still be there: as many objects as on its last day, or more, in fewer
 * bytes. Had its objects been deleted, there would be fewer; had they moved to another type, the bytes would be there.
 */
function isHidden(points: Points, time: number, newest: number, day: Day, days: ReadonlyMap<number, Day>): boolean {
  const absence = absenceAt(points, time, newest);
  if (absence === null || absence.days > MAX_SILENT_DAYS) return false;
  const before = days.get(absence.since);
  if (before === undefined || before.object_count === null || day.object_count === null) return false;
  return day.object_count >= before.object_count && day.size_bytes < before.size_bytes;
}

/**
 * The last day that the series had before `time`, and how many days it is away from then; `null`: it is there, or was
 * not there in the two weeks before.
 */
function absenceAt(points: Points, time: number, newest: number): { since: number; days: number } | null {
  if (points.has(time)) return null;
  let since = time - DAY_MS;
  while (!points.has(since)) {
    if (time - since > MAX_SILENT_DAYS * DAY_MS) return null;
    since -= DAY_MS;
  }
  let until = time + DAY_MS;
  while (until <= newest && !points.has(until)) until += DAY_MS;
  return { since, days: (until - since) / DAY_MS - 1 };
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
