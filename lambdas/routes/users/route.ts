import * as z from 'zod/mini';
import { choice, choices, described, flag, text, time } from '../../parameters.ts';
import type { Route } from '../../route.ts';

/** The fields of a row, in the order of the answer. */
export const USER_FIELDS = [
  'id',
  'identity',
  'name',
  'full_name',
  'email',
  'kind',
  'user_type',
  'user_type_marked',
  'active',
  'blocked',
  'blocked_since',
  'roles',
  'language',
  'last_login',
  'created',
  'entity',
] as const;

const kind = z.enum(['named', 'anonymous', 'web_service']);
const users = z.int().check(z.gte(0));
const day = 'A day (`2026-11-20`) where the row is masked, else a UTC time; `null`: never, or not known.';

const row = z.object({
  id: z.optional(described(z.string(), 'Object id of the Mendix app.')),
  identity: z.optional(
    described(
      z.nullable(z.string()),
      'Keyed hash (HMAC-SHA-256, after its key version) of the licence identity: ' +
        '`UserCommons.NamedUserIdentifier.Value` where filled, else the login; case-sensitive.',
    ),
  ),
  name: z.optional(described(z.nullable(z.string()), 'Login.')),
  full_name: z.optional(z.nullable(z.string())),
  email: z.optional(z.nullable(z.string())),
  kind: z.optional(kind),
  user_type: z.optional(
    described(z.nullable(z.enum(['internal', 'external'])), 'As Mendix counts: a user who is not marked is internal.'),
  ),
  user_type_marked: z.optional(described(z.nullable(z.boolean()), 'Whether the app itself marked the user type.')),
  active: z.optional(z.nullable(z.boolean())),
  blocked: z.optional(z.nullable(z.boolean())),
  blocked_since: z.optional(described(z.nullable(z.string()), day)),
  roles: z.optional(described(z.nullable(z.array(z.string())), 'Names of the user roles, sorted.')),
  language: z.optional(z.nullable(z.string())),
  last_login: z.optional(described(z.nullable(z.string()), day)),
  created: z.optional(described(z.nullable(z.string()), day)),
  entity: z.optional(described(z.nullable(z.string()), 'Entity of the user: System.User or a specialization.')),
});

const summary = z.object({
  licence: described(
    z.nullable(
      z.object({
        rule: z.string(),
        internal: described(users, 'Marked internal, or not marked.'),
        internal_unmarked: described(users, 'Those of `internal` whom the app did not mark.'),
        external: users,
      }),
    ),
    'Users by the rule that Mendix counts licences by: active, not anonymous, web-service users included; the last ' +
      'login does not matter. One app only: Mendix counts an identity once over all apps of a multi-app licence.',
  ),
  by: described(
    z.array(
      z.object({
        kind,
        active: z.nullable(z.boolean()),
        blocked: z.nullable(z.boolean()),
        user_type: z.nullable(z.enum(['internal', 'external'])),
        users,
      }),
    ),
    'Every user once: kind × active × blocked × user type. Groups without users are left out.',
  ),
  roles: described(
    z.nullable(z.array(z.object({ role: z.string(), users, active: users }))),
    'Each user role with its users, and the active ones among them; a user counts in each of its roles.',
  ),
  last_login: described(
    z.nullable(
      z.object({
        within_1_day: users,
        within_7_days: users,
        within_30_days: users,
        within_90_days: users,
        older: users,
        never: users,
      }),
    ),
    'Last login of the active named users. Each span includes the shorter ones; `within_90_days`, `older` and ' +
      '`never` add up to all of them.',
  ),
  online_now: described(
    z.nullable(z.object({ users, sessions: users, anonymous_sessions: users })),
    'Sessions active within the session timeout of the environment, and the different users, anonymous ones left ' +
      'out, who have them. Mendix writes the activity down only every sixth of the timeout.',
  ),
  mendix: described(
    z.object({ named_user_count: z.nullable(users) }),
    "The runtime's own `Statistics.NamedUserCount`, in its own meaning; `null` where it keeps none.",
  ),
});

export const route = {
  name: 'users',
  path: '/users',
  summary: 'The users of an environment.',
  scopes: ['mrt/users.read', 'mrt/users.profile'],
  needs: ['database'],
  environment: true,
  parameters: {
    active: z.optional(flag()),
    blocked: z.optional(flag()),
    role: z.optional(described(text(100), 'Name of a user role that the users have.')),
    kind: z.optional(choice('named', 'anonymous', 'web_service')),
    user_type: z.optional(choice('internal', 'external')),
    last_login_after: z.optional(described(time(), 'Last login at or after this time.')),
    last_login_before: z.optional(described(time(), 'Last login before this time; leaves out who never logged in.')),
    never_logged_in: z.optional(flag()),
    inactive_since: z.optional(
      described(time(), 'Active, created before this time, and last login before it or never.'),
    ),
    name: z.optional(
      described(
        text(100).check(z.refine((name) => name !== '*', 'must have a character before the *')),
        'The exact login, or its beginning and a `*` (scope `mrt/users.profile`).',
      ),
    ),
    fields: z.optional(described(choices(...USER_FIELDS), 'Fields of the rows, as a comma list.')),
    count: z.optional(choice('none', 'estimated', 'exact')),
    clear: z.optional(described(flag(), 'Personal data in clear (scope `mrt/users.profile`).')),
    summary: z.optional(described(flag(), 'Totals instead of rows.')),
  },
  rows: 'users',
  csv: { columns: USER_FIELDS, leftOut: [], notWith: ['summary'] },
  fields: 'fields',
  discloses: { parameter: 'clear', scope: 'mrt/users.profile' },
  looksUp: { parameter: 'name', prefixScope: 'mrt/users.profile' },
  answer: z.object({
    environment: z.string(),
    source: z.literal('postgresql'),
    as_of: z.string(),
    masked: z.optional(described(z.boolean(), 'Whether personal data is masked; left out of a summary.')),
    users: z.optional(described(z.array(row), 'In id order; left out of a summary.')),
    count: z.optional(
      described(
        z.nullable(z.object({ value: z.nullable(users), exact: z.boolean() })),
        'Users that the filters match on all pages; `null` with `count=none`. Its `value` is `null` when it could not ' +
          'be counted in time, or when the database has no statistics to estimate it from.',
      ),
    ),
    summary: z.optional(described(summary, 'With `summary=true`.')),
    missing: described(
      z.array(z.object({ what: z.string(), reason: z.string(), table: z.nullable(z.string()) })),
      'What belongs here and is not: a field or part, and why: `grant-missing` (with the table that the database ' +
        'role may not read) or `deadline`.',
    ),
  }),
} as const satisfies Route;
