/** What an audit is about: which bucket, how its keys are made, from when on what counts as old. */

import type { Bucket } from '../../environment-settings.ts';
import type { NamedEnvironment } from '../../exchange.ts';
import { NotOfferedError } from '../../request-errors.ts';
import type { AuditScope } from './audit-scope.ts';
import { minuteOf } from './list-row.ts';
import type { AuditRequest } from './position.ts';

const DEFAULT_AGE_HOURS = 24;
const HOUR_MS = 3_600_000;
/** Clocks of S3 and of the function may differ, and a signature is refused beyond 15 minutes. */
const CLOCK_MS = 15 * 60_000;

/** How the bucket's side is read. */
export interface BucketSide extends Pick<AuditScope, 'list' | 'report'> {
  began: Date;
}

/** The environment's bucket of file documents: the only one that the function is told of. */
export function filesBucket({ buckets = [] }: NamedEnvironment): Bucket | null {
  return buckets.find(({ files }) => files !== undefined) ?? null;
}

/**
 * @param began when the audit began
 * @param database `null`: it cannot be asked
 * @throws NotOfferedError
 */
export function scopeOf(
  { environment, parameters, deadline }: AuditRequest,
  { began, list, report }: BucketSide,
  database: AuditScope['database'],
): AuditScope {
  const bucket = filesBucket(environment);
  if (!bucket?.files) throw new NotOfferedError('no bucket of file documents');
  const { shape, suffix, size_tolerance } = bucket.files;
  const as_of = report?.as_of ?? began;
  const hours = parameters.older_than_hours ?? DEFAULT_AGE_HOURS;
  const prefix = bucket.prefix ?? '';
  return {
    bucket: { bucket: bucket.bucket, region: bucket.region, reader: bucket.reader },
    layout: { prefix, shape, suffix },
    rules: {
      prefix,
      pattern: bucket.key_pattern === null ? null : new RegExp(bucket.key_pattern, 'u'),
      pattern_after: prefix,
      depth: 0,
    },
    ages: {
      old_before: minuteOf(new Date(as_of.getTime() - hours * HOUR_MS)),
      fresh_from: minuteOf(new Date(Date.now() - CLOCK_MS)),
      size_tolerance,
    },
    as_of,
    database,
    list,
    report,
    deadline,
  };
}
