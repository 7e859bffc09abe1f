import * as z from 'zod/mini';
import type { Route } from '../../route.ts';

export const route = {
  name: 'health',
  path: '/health',
  summary: 'Whether the API answers, and its release.',
  scopes: null,
  needs: [],
  environment: false,
  parameters: {},
  rows: null,
  csv: null,
  answer: z.object({ status: z.literal('ok'), version: z.string() }),
} as const satisfies Route;
