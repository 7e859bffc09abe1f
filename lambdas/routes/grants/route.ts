import * as z from 'zod/mini';
import { described, named } from '../../parameters.ts';
import type { Route } from '../../route.ts';

const grant = named(
  'Grant',
  'What the configuration gives one caller.',
  z.object({
    kind: described(
      z.enum(['client', 'group']),
      '`client`: a machine client, by its name in the configuration; `group`: everybody in a group of people.',
    ),
    caller: described(z.string(), 'Its name in the configuration.'),
    scopes: described(z.array(z.string()), 'What it may do there, if its token has the scope too.'),
    selectors: described(z.array(z.string()), 'The entries as they are configured: names, patterns, labels.'),
    environments: described(z.array(z.string()), 'The environments that these come to.'),
  }),
);

export const route = {
  name: 'grants',
  path: '/grants',
  summary: 'Who may do what: every caller with its scopes and environments.',
  scopes: ['mrt/audit.read'],
  needs: [],
  environment: false,
  parameters: {},
  rows: 'grants',
  csv: { columns: ['kind', 'caller', 'scopes', 'selectors', 'environments'], leftOut: [], notWith: [] },
  audited: true,
  answer: z.object({
    grants: described(z.array(grant), 'Clients first, each kind by name. Only what concerns environments of yours.'),
  }),
} as const satisfies Route;
