import * as z from 'zod/mini';
import { described } from '../../parameters.ts';
import type { Route } from '../../route.ts';

const family = z.object({
  name: described(z.string(), 'Of the metric.'),
  help: described(z.string(), 'What it measures.'),
  samples: described(
    z.array(
      z.object({
        labels: described(z.record(z.string(), z.string()), 'Which of several.'),
        value: described(z.number(), 'The figure.'),
      }),
    ),
    'Of all environments that the caller may read.',
  ),
});

export const route = {
  name: 'metrics',
  path: '/metrics',
  summary: 'The newest recorded figures of all that the caller may read, for Prometheus.',
  scopes: [
    'mrt/bucket_size.read',
    'mrt/table_size.read',
    'mrt/users.read',
    'mrt/users.profile',
    'mrt/micro_flow_constants.read',
    'mrt/micro_flow_constants.reveal',
    'mrt/storage_audit.read',
  ],
  needs: [],
  environment: false,
  parameters: {},
  rows: null,
  csv: null,
  form: 'metrics',
  record: { view: 'metrics', history: false, changes: false, needed: true },
  answer: z.object({ families: described(z.array(family), 'By name.') }),
} as const satisfies Route;
