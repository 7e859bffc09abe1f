import * as z from 'zod/mini';
import { choice, choices, described, flag, time as instant, named, text } from '../../parameters.ts';
import { countGrowth, date, days, pastRecord } from '../../record/past-schema.ts';
import type { Route } from '../../route.ts';
import { row, USER_FIELDS, users } from './row-schema.ts';
import { summary } from './summary-schema.ts';

const WHOLE_DAY = 'Without the scope `mrt/users.profile` whole days only.';

const missing = z.array(
  z.object({
    what: described(z.string(), 'A field of the rows, a part of the summary, `users` or `count`.'),
    reason: described(
      z.string(),
      '`grant-missing`: the database role may not read it; `unexpected-type`: the column is none that Mendix ' +
        'makes; `deadline`: the time was up; else the reason of the upstream.',
    ),
    table: described(z.nullable(z.string()), 'The table that the role may not read.'),
  }),
);

const total = (of: string) => described(z.nullable(z.number()), `${of} \`null\`: not known.`);

/** What the environments add up to: an identity in two of them counts twice, and once in `distinct`. */
const fleetTotal = z.object({
  users: total('All users.'),
  internal: total('As `licence.internal`.'),
  internal_unmarked: total('As `licence.internal_unmarked`.'),
  external: total('As `licence.external`.'),
});

export const route = {
  name: 'users',
  path: '/users',
  summary: 'The users of an environment.',
  scopes: ['mrt/users.read', 'mrt/users.profile'],
  needs: ['database'],
  environment: true,
  keyed: { identity: 'identity' },
  parameters: {
    active: z.optional(described(flag(), 'Whether the user may log in.')),
    blocked: z.optional(described(flag(), 'Whether Mendix blocked the login.')),
    role: z.optional(
      described(text(100), 'Name of a user role that the users have; one that the app does not have is a 404.'),
    ),
    kind: z.optional(described(choice('named', 'anonymous', 'web_service'), 'People, visitors or other systems.')),
    user_type: z.optional(
      described(choice('internal', 'external'), 'As Mendix counts: a user who is not marked is internal.'),
    ),
    last_login_after: z.optional(described(instant(), `Last login at or after this time. ${WHOLE_DAY}`)),
    last_login_before: z.optional(
      described(instant(), `Last login before this time; leaves out who never logged in. ${WHOLE_DAY}`),
    ),
    never_logged_in: z.optional(described(flag(), 'Who never logged in, or who did.')),
    inactive_since: z.optional(
      described(
        instant(),
        'Active, created before this time, and last login before it or never. Accounts of other systems (often ' +
          `\`svc-…\`) and anonymous users are among them: add \`kind=named\` for people. ${WHOLE_DAY}`,
      ),
    ),
    name: z.optional(
      described(
        text(100).check(z.refine((name) => name !== '*', 'must have a character before the *')),
        'The exact login, or its beginning and a `*` (scope `mrt/users.profile`).',
      ),
    ),
    fields: z.optional(described(choices(...USER_FIELDS), 'Fields of the rows, as a comma list.')),
    count: z.optional(
      described(
        choice('none', 'estimated', 'exact'),
        "How many users match on all pages together: not told (default), PostgreSQL's estimate, or counted.",
      ),
    ),
    clear: z.optional(described(flag(), 'Personal data in clear (scope `mrt/users.profile`).')),
    summary: z.optional(described(flag(), 'Totals instead of rows.')),
    days: days('With `summary=true`: `history` and `growth` of the totals,'),
  },
  rows: 'users',
  record: { view: 'users', history: true, changes: false, needed: false },
  fleet: {
    asks: 'summary',
    may: [],
    summary: z.extend(summary, { missing: described(missing, 'What could not be had, with the reason.') }),
    total: fleetTotal,
    distinct: true,
  },
  csv: { columns: USER_FIELDS, leftOut: [], notWith: ['summary', 'days'] },
  fields: 'fields',
  discloses: { parameter: 'clear', scope: 'mrt/users.profile' },
  looksUp: { parameter: 'name', prefixScope: 'mrt/users.profile' },
  wholeDays: {
    parameters: ['last_login_after', 'last_login_before', 'inactive_since'],
    scope: 'mrt/users.profile',
  },
  answer: z.object({
    environment: described(z.string(), 'Name of the environment.'),
    source: described(z.literal('postgresql'), 'Where the answer comes from.'),
    as_of: described(z.string(), 'UTC time at which reading began.'),
    masked: z.optional(
      described(
        z.boolean(),
        'Whether personal data is masked; in a summary, whether it tells no more than masked rows do.',
      ),
    ),
    users: z.optional(
      described(
        z.array(named('User', 'A user: all fields, or those that `fields` names.', row)),
        'In id order; left out of a summary.',
      ),
    ),
    count: z.optional(
      described(
        z.nullable(
          z.object({
            value: described(
              z.nullable(users),
              '`null` when it could not be counted in time, or when the database has no statistics to estimate it from.',
            ),
            exact: described(z.boolean(), 'Counted, not estimated.'),
          }),
        ),
        'Users that the filters match on all pages; `null` with `count=none`.',
      ),
    ),
    summary: z.optional(named('UserSummary', 'With `summary=true`: the totals of the app’s users.', summary)),
    history: z.optional(
      described(
        z.nullable(
          z.array(
            z.object({
              date,
              users: total('All users.'),
              internal: total('As `licence.internal`.'),
              external: total('As `licence.external`.'),
              within_30_days: total('Active named users whose last login was in the 30 days before.'),
              never: total('Active named users who had never logged in.'),
            }),
          ),
        ),
        'With `days`: a point a day, oldest first; a day without a recording is left out. `null`: `record` says why.',
      ),
    ),
    growth: z.optional(
      described(
        z.nullable(
          z.object({
            users: described(z.nullable(countGrowth), 'Of all users. `null` under 7 points.'),
            internal: described(z.nullable(countGrowth), 'Of `internal`. `null` under 7 points.'),
            external: described(z.nullable(countGrowth), 'Of `external`. `null` under 7 points.'),
          }),
        ),
        'With `days`: where the totals lead. `null`: there is no history.',
      ),
    ),
    record: pastRecord,
    missing: described(
      missing,
      'What belongs here and could not be had: then `complete` is false. What an app does not have is `null` and not ' +
        'missing.',
    ),
  }),
} as const satisfies Route;
