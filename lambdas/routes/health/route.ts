import * as z from 'zod/mini';
import { described } from '../../parameters.ts';
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
  answer: z.object({
    status: described(z.literal('ok'), 'Of the API alone: no upstream is asked.'),
    version: described(z.string(), 'The release, as in the changelog.'),
  }),
} as const satisfies Route;
