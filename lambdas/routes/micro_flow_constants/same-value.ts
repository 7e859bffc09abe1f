import type { Candidate } from '../../mendix/constants/constant.ts';

/**
 * Whether two candidates hold the same typed value (`1.50` and `1.5` do), or neither has one; `false` when one of the
 * two is not known. Compared are the values and not their fingerprints, which differ by whether the value is masked.
 */
export function isSameValue(one: Candidate | null, other: Candidate | null): boolean {
  if (one === null || other === null) return one === other;
  return one.typed !== null && one.typed.canonical === other.typed?.canonical;
}
