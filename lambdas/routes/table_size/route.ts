import * as z from 'zod/mini';
import type { Route } from '../../route.ts';

export const route = {
  name: 'table_size',
  path: '/table_size',
  summary: 'How big the tables of an environment are.',
  scopes: ['mrt/table_size.read'],
  sources: ['database', 'database_metrics'],
  environment: true,
  parameters: {},
  rows: 'tables',
  answer: z.object({ environment: z.string() }),
} as const satisfies Route;
