/**
 * SEARCH expressions, as far as they name a schema and equal values:
 * `SEARCH('{AWS/S3,BucketName,StorageType} MetricName="BucketSizeBytes" BucketName="b"', 'Average', 86400)`.
 * Source: CloudWatch user guide, "CloudWatch search expression syntax".
 */
import { CloudWatchError } from './error.ts';
import type { Metric } from './metric.ts';

/** A `SEARCH(…)` expression, read. */
export interface Search {
  statistic: string;
  /** Seconds. */
  period: number;
  matches: (metric: Metric) => boolean;
}

/** @throws CloudWatchError `ValidationException` for any other expression */
export function readSearch(expression: string): Search {
  const form = /^\s*SEARCH\(\s*'\{([^}]*)\}([^']*)'\s*,\s*'(\w+)'\s*(?:,\s*(\d+)\s*)?\)\s*$/.exec(expression);
  if (form === null) throw new CloudWatchError('ValidationException', `Error in expression: ${expression}`);
  const [namespace = '', ...names] = (form[1] ?? '').split(',').map((name) => name.trim().replaceAll('"', ''));
  const terms = [...(form[2] ?? '').matchAll(/(\w+)\s*=\s*"([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  if ((form[2] ?? '').replace(/(\w+)\s*=\s*"([^"]*)"|\bAND\b/g, '').trim() !== '') {
    throw new CloudWatchError('ValidationException', 'Only terms NAME="value" are known in a search here');
  }
  return {
    statistic: form[3] ?? '',
    period: Number(form[4] ?? 300),
    matches: (metric) =>
      metric.namespace === namespace &&
      names.length === Object.keys(metric.dimensions).length &&
      names.every((name) => name in metric.dimensions) &&
      terms.every(([name, value]) =>
        name === 'MetricName' ? metric.name === value : metric.dimensions[name ?? ''] === value,
      ),
  };
}
