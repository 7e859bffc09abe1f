import * as z from 'zod/mini';
import { ALL_SCOPES } from '../../contract.ts';
import { described, named } from '../../parameters.ts';
import type { Route } from '../../route.ts';

const environment = named(
  'Environment',
  'A Mendix environment that the caller may read.',
  z.object({
    environment: described(z.string(), 'Its name: what the parameter `environment` of the other routes takes.'),
    labels: described(z.record(z.string(), z.string()), 'As configured: `app`, `stage`, `team` …'),
    offers: described(z.array(z.string()), 'Routes that it is configured for.'),
    scopes: described(z.array(z.string()), 'What you may read there: scopes of your token and of your entry.'),
  }),
);

export const route = {
  name: 'environments',
  path: '/environments',
  summary: 'The Mendix environments that the caller may read, with what each offers.',
  scopes: ALL_SCOPES,
  needs: [],
  environment: false,
  agents: true,
  parameters: {},
  rows: 'environments',
  csv: { columns: ['environment', 'offers', 'scopes'], leftOut: ['labels'], notWith: [] },
  answer: z.object({
    environments: described(z.array(environment), 'By name.'),
  }),
} as const satisfies Route;
