import * as z from 'zod/mini';
import { ALL_SCOPES } from '../../contract.ts';
import { described, named } from '../../parameters.ts';
import type { Route } from '../../route.ts';

const agent = described(
  z.object({
    name: described(z.string(), 'As configured.'),
    state: described(
      z.nullable(z.enum(['here', 'away', 'never_heard'])),
      '`away`: it said so, its connection broke, or nothing was heard for five minutes. `null`: it could not be found out.',
    ),
    version: described(z.nullable(z.string()), 'Its release.'),
    heard_at: described(
      z.nullable(z.iso.datetime()),
      'When it last said that it was here or went, or the broker found that it was gone; by the broker’s clock.',
    ),
    age_seconds: described(z.nullable(z.int()), 'Seconds since then.'),
    serves: described(z.nullable(z.boolean()), 'Whether it says that it serves this environment.'),
    certificate_ends: described(
      z.nullable(z.iso.datetime()),
      'When the certificate ends that it is known by; without a newer one it stops serving then. `null`: it did not say.',
    ),
  }),
  'Only of an environment in another account: the agent that serves it there.',
);

const environment = named(
  'Environment',
  'A Mendix environment that the caller may read.',
  z.object({
    environment: described(z.string(), 'Its name: what the parameter `environment` of the other routes takes.'),
    labels: described(z.record(z.string(), z.string()), 'As configured: `app`, `stage`, `team` …'),
    offers: described(z.array(z.string()), 'Routes that it is configured for.'),
    scopes: described(z.array(z.string()), 'What you may read there: scopes of your token and of your entry.'),
    agent: z.optional(agent),
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
  csv: { columns: ['environment', 'offers', 'scopes'], leftOut: ['labels', 'agent'], notWith: [] },
  answer: z.object({
    environments: described(z.array(environment), 'By name.'),
  }),
} as const satisfies Route;
