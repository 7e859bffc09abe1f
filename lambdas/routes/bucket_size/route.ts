import * as z from 'zod/mini';
import { choice, described, integer, text } from '../../parameters.ts';
import type { Route } from '../../route.ts';

const bytes = z.nullable(z.number());
const count = z.nullable(z.number());
const time = z.nullable(z.string());

const storageType = z.object({
  storage_type: described(z.nullable(z.string()), "CloudWatch's name; `null` from a listing."),
  storage_class: described(z.nullable(z.string()), '`null` for a storage type that is not known here.'),
  overhead: described(z.boolean(), 'Bytes that AWS bills on top of the objects: minimum sizes, archive indexes.'),
  size_bytes: z.number(),
});

const day = z.object({
  date: z.string(),
  size_bytes: z.number(),
  object_count: count,
  by_storage_type: z.record(z.string(), z.number()),
});

const part = z.object({
  what: z.enum(['noncurrent_versions', 'delete_markers', 'unfinished_uploads', 'storage_overhead', 'unexplained']),
  size_bytes: bytes,
  object_count: count,
  complete: z.boolean(),
});

const problem = z.looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() });

const bucket = z.object({
  bucket: z.string(),
  region: z.string(),
  prefix: described(z.nullable(z.string()), 'Only keys that begin with it count; `null`: the whole bucket.'),
  size_bytes: described(bytes, '`null`: not known. A lower bound while `complete` is false.'),
  object_count: described(count, 'From metrics it includes versions, delete markers and upload parts.'),
  source: described(z.enum(['metrics', 'listing']), 'Where `size_bytes` and `object_count` are from.'),
  as_of: described(time, 'Of a listing: when it began.'),
  complete: z.boolean(),
  storage_types: z.array(storageType),
  history: described(z.nullable(z.array(day)), 'Oldest day first; days without a point are left out.'),
  growth: described(
    z.nullable(z.object({ bytes_per_day: z.number(), days: z.int(), forecast_30_days_bytes: z.number() })),
    'Theil–Sen slope over the last 30 daily points; `days` of them were there.',
  ),
  prefixes: described(
    z.nullable(z.array(z.object({ prefix: z.string(), size_bytes: z.number(), object_count: z.number() }))),
    'With `depth`: everything below each prefix, for the prefixes that this answer finished.',
  ),
  listing: z.nullable(
    z.object({ size_bytes: z.number(), object_count: z.number(), as_of: z.string(), complete: z.boolean() }),
  ),
  difference: described(
    z.nullable(z.object({ size_bytes: z.number(), object_count: count, parts: z.array(part) })),
    'Metrics less listing, explained as far as permissions and time go.',
  ),
  error: z.nullable(problem),
});

export const route = {
  name: 'bucket_size',
  path: '/bucket_size',
  summary: 'How big the buckets of an environment are.',
  scopes: ['mrt/bucket_size.read'],
  needs: ['bucket_metrics', 'bucket_listing'],
  environment: true,
  parameters: {
    bucket: described(z.optional(text(63)), 'One bucket of the environment; default: all of them.'),
    source: described(
      z.optional(choice('metrics', 'listing', 'both')),
      'CloudWatch’s daily figures, S3 now, or both with their difference. Default: `metrics`; `listing` for a bucket that environments share.',
    ),
    prefix: described(z.optional(text(1024)), 'With `listing`: only keys that begin with it.'),
    depth: described(z.optional(integer(1, 10)), 'With `listing`: sums per prefix, down to so many levels of `/`.'),
    days: described(z.optional(integer(1, 455)), 'With `metrics` or `both`: days of history.'),
  },
  rows: 'buckets',
  csv: {
    columns: ['bucket', 'region', 'prefix', 'size_bytes', 'object_count', 'source', 'as_of', 'complete'],
    leftOut: ['storage_types', 'history', 'growth', 'prefixes', 'listing', 'difference', 'error'],
    notWith: ['days', 'depth'],
  },
  answer: z.object({
    environment: z.string(),
    buckets: z.array(bucket),
    total: described(z.object({ size_bytes: bytes, object_count: count }), 'Of this page and those before it.'),
  }),
} as const satisfies Route;
