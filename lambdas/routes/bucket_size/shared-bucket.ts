/** Which keys of a bucket are an environment's, where environments share it. */
import type { Bucket } from '../../environment-settings.ts';
import type { CountRules } from '../../upstreams/s3/listing/tally.ts';

/** True when CloudWatch, which knows whole buckets only, cannot tell the environment's share. */
export function isShared(bucket: Bucket): boolean {
  return bucket.prefix !== null || bucket.key_pattern !== null;
}

/**
 * How to count the environment's keys below `prefix`; `null` when no key can be both.
 *
 * Mendix adds no separator after a prefix, so neighbours (`shop`, `shop2`) are told apart by what follows it.
 */
export function countRules(bucket: Bucket, prefix: string | undefined, depth: number | undefined): CountRules | null {
  const own = bucket.prefix ?? '';
  const asked = prefix ?? own;
  if (!asked.startsWith(own) && !own.startsWith(asked)) return null;
  return {
    prefix: asked.length > own.length ? asked : own,
    pattern: bucket.key_pattern === null ? null : new RegExp(bucket.key_pattern, 'u'),
    pattern_after: own,
    depth: depth ?? 0,
  };
}
