/**
 * `GET /bucket_size`: its parameters, its answer, what it reads and its columns. A description here is the meaning in the
 * OpenAPI document and in docs/api.md (`npm run generate`).
 */
import * as z from 'zod/mini';
import { choice, described, integer, named, text } from '../../parameters.ts';
import type { Route } from '../../route.ts';
import { bucket, bytesOrNull, countOrNull } from './row-schema.ts';

const total = z.object({
  size_bytes: bytesOrNull('Sum of `size_bytes`.'),
  object_count: countOrNull('Sum of `object_count`.'),
});

/** A bucket in the answer about several environments: the newest recorded figures. */
const bucketSummary = z.omit(bucket, {
  history: true,
  prefixes: true,
  report: true,
  inventory: true,
  listing: true,
  difference: true,
  inventory_difference: true,
});

export const route = {
  name: 'bucket_size',
  path: '/bucket_size',
  summary: 'How big the buckets of an environment are.',
  scopes: ['mrt/bucket_size.read'],
  needs: ['bucket_metrics', 'bucket_listing', 'bucket_inventory'],
  environment: true,
  parameters: {
    bucket: described(z.optional(text(63)), 'One bucket of the environment; default: all of them.'),
    source: described(
      z.optional(choice('metrics', 'listing', 'both', 'inventory')),
      'CloudWatch’s daily figures, S3 now, both with their difference, or S3’s newest inventory report (where one is configured). Default: `metrics`; `listing` for a bucket that environments share.',
    ),
    prefix: described(z.optional(text(1024)), 'With `listing` or `inventory`: only keys that begin with it.'),
    depth: described(
      z.optional(integer(1, 10)),
      'With `listing` or `inventory`: sums per prefix, down to so many levels of `/`.',
    ),
    days: described(
      z.optional(integer(1, 455)),
      'With `metrics` or `both`: days of history. Without `source`: of the buckets that no other environment shares.',
    ),
  },
  rows: 'buckets',
  record: { view: 'bucket_size', history: false, changes: false, needed: false },
  fleet: {
    asks: null,
    may: ['source=metrics'],
    summary: z.object({ buckets: described(z.array(bucketSummary), 'In the order of the configuration.') }),
    total,
    distinct: false,
  },
  csv: {
    columns: [
      'environment',
      'bucket',
      'region',
      'prefix',
      'size_bytes',
      'object_count',
      'source',
      'as_of',
      'complete',
      'error.type',
      'error.reason',
    ],
    leftOut: [
      'storage_types',
      'history',
      'growth',
      'prefixes',
      'report',
      'inventory',
      'listing',
      'difference',
      'inventory_difference',
    ],
    notWith: ['days', 'depth', 'source=both'],
  },
  answer: z.object({
    environment: described(z.string(), 'The environment that was asked for.'),
    buckets: described(
      z.array(named('Bucket', 'A bucket of the environment, or its prefix of a shared one.', bucket)),
      'In the order of the configuration.',
    ),
    total: described(
      total,
      'Of this page and those before it. `null` when a bucket’s figure is not known; a lower bound while one is.',
    ),
  }),
} as const satisfies Route;
