import * as z from 'zod/mini';
import { ALL_SCOPES } from '../../contract.ts';
import type { Route } from '../../route.ts';

export const route = {
  name: 'environments',
  path: '/environments',
  summary: 'The Mendix environments that the caller may read, with what each offers.',
  scopes: ALL_SCOPES,
  needs: [],
  environment: false,
  parameters: {},
  rows: 'environments',
  csv: { columns: ['environment', 'offers', 'scopes'], leftOut: ['labels'], notWith: [] },
  answer: z.object({
    environments: z.array(
      z.object({
        environment: z.string(),
        labels: z.record(z.string(), z.string()),
        offers: z.array(z.string()),
        scopes: z.array(z.string()),
      }),
    ),
  }),
} as const satisfies Route;
