/** Which buckets a request is about, and where their figures come from. */

import type { Bucket } from '../../environment-settings.ts';
import { nearNames } from '../../near-names.ts';
import { InvalidParameterError, type ParameterFault, UnknownBucketError } from '../../request-errors.ts';
import type { ParametersOf } from '../../route.ts';
import type { route } from './route.ts';
import { isShared } from './shared-bucket.ts';

export type BucketSizeParameters = ParametersOf<typeof route>;

/**
 * The environment's buckets, or the one of that name.
 *
 * @throws UnknownBucketError when the environment has none of that name; it offers near ones of the same environment
 */
export function chosenBuckets(buckets: readonly Bucket[], name: string | undefined): readonly Bucket[] {
  if (name === undefined) return buckets;
  const chosen = buckets.filter(({ bucket }) => bucket === name);
  if (chosen.length > 0) return chosen;
  throw new UnknownBucketError(
    name,
    nearNames(
      name,
      buckets.map(({ bucket }) => bucket),
    ),
  );
}

/** Only a listing can tell the environment's share of a bucket. */
export function sourceOf(
  parameters: BucketSizeParameters,
  bucket: Bucket,
): NonNullable<BucketSizeParameters['source']> {
  return parameters.source ?? (isShared(bucket) ? 'listing' : 'metrics');
}

/** A parameter that would do nothing is refused, not ignored. @throws InvalidParameterError */
export function refuseWhatDoesNotApply(parameters: BucketSizeParameters, buckets: readonly Bucket[]): void {
  const used = new Set(buckets.map((bucket) => sourceOf(parameters, bucket)));
  const faults: ParameterFault[] = (['prefix', 'depth'] as const)
    .filter((name) => parameters[name] !== undefined && (used.has('metrics') || used.has('both')))
    .map((parameter) => ({ parameter, message: 'needs source=listing or source=inventory' }));
  // Where no source is named, a bucket that environments share has none of the days, and another of the same has.
  if (parameters.days !== undefined && (parameters.source === 'listing' || parameters.source === 'inventory')) {
    faults.push({ parameter: 'days', message: 'needs source=metrics or source=both' });
  }
  if (faults.length > 0) throw new InvalidParameterError(faults);
}
