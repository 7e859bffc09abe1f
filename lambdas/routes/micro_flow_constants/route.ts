import * as z from 'zod/mini';
import type { Route } from '../../route.ts';

export const route = {
  name: 'micro_flow_constants',
  path: '/micro_flow_constants',
  summary: 'What the model declares, what the environment sets, and so what is configured.',
  scopes: ['mrt/micro_flow_constants.read', 'mrt/micro_flow_constants.reveal'],
  sources: ['constants', 'database'],
  environment: true,
  parameters: {},
  rows: 'constants',
  answer: z.object({ environment: z.string() }),
} as const satisfies Route;
