import * as z from 'zod/mini';
import type { Route } from '../../route.ts';

export const route = {
  name: 'bucket_size',
  path: '/bucket_size',
  summary: 'How big the buckets of an environment are.',
  scopes: ['mrt/bucket_size.read'],
  sources: ['bucket_metrics', 'bucket_listing'],
  environment: true,
  parameters: {},
  rows: 'buckets',
  answer: z.object({ environment: z.string() }),
} as const satisfies Route;
