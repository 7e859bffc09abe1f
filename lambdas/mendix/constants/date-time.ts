/** Dates and times as Mendix writes constants of the type DateTime: `2013-12-20T16:02:32` (Deploy API, "Get Settings"). */

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/;

/**
 * The same for texts that mean the same: `2026-01-01 00:00` and `2026-01-01T00:00:00` are `2026-01-01T00:00:00.000`.
 * A zone is kept where there is one; none is added, since which zone the app means is not known.
 *
 * @returns `null` for what is no date and time, 30 February included, and for years beyond 9999, which no client reads
 */
export function canonicalDateTime(text: string): string | null {
  const [, day, time, zone = ''] = DATE_TIME.exec(text) ?? [];
  if (day === undefined || time === undefined || day.startsWith('0000')) return null;
  const instant = new Date(`${day}T${time}Z`);
  if (Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(day)) return null;
  return `${instant.toISOString().slice(0, 23)}${zone}`;
}
