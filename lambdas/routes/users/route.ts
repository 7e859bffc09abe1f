import * as z from 'zod/mini';
import type { Route } from '../../route.ts';

export const route = {
  name: 'users',
  path: '/users',
  summary: 'The users of an environment.',
  scopes: ['mrt/users.read', 'mrt/users.profile'],
  sources: ['database'],
  environment: true,
  parameters: {},
  rows: 'users',
  answer: z.object({ environment: z.string() }),
} as const satisfies Route;
