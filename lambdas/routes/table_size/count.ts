/** A count of rows as JSON can say it. */

/** A number; beyond 2^53, where JSON's readers begin to round, its digits as text; `null`: not known. */
export type Count = number | string | null;

/**
 * From what PostgreSQL gives: a float (estimates) or the text of a bigint or a sum of them (counters).
 * NaN, the infinities and negative numbers, which a damaged or restored catalog can hold, are nothing known.
 *
 * `12.0` → 12, `"9007199254740993"` → `"9007199254740993"`, `Infinity` → `null`.
 */
export function countOf(value: number | string | null): Count {
  if (value === null) return null;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) return null;
  if (number <= Number.MAX_SAFE_INTEGER) return Math.round(number);
  return BigInt(value).toString();
}
