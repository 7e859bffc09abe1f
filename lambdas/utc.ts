/** A time as every answer writes it: UTC, to the second, `2026-11-21T00:00:00Z`. */
export function utc(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
