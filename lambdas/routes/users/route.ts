import * as z from 'zod/mini';
import { choice, choices, described, flag, time as instant, text } from '../../parameters.ts';
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
const counted = (description: string) => described(users, description);
const time = (of: string) =>
  z.optional(
    described(
      z.nullable(z.string()),
      `${of}: a day (\`2026-11-20\`) where the row is masked, else a UTC time (\`2026-11-20T10:11:12Z\`). \`null\`: never, ` +
        'not known, or a value outside the years 1 to 9999.',
    ),
  );

const row = z.object({
  id: z.optional(
    described(
      z.string(),
      'Object id in the Mendix app. A text, as it has up to 19 digits and JSON numbers are exact to 15.',
    ),
  ),
  identity: z.optional(
    described(
      z.nullable(z.string()),
      'Keyed hash (HMAC-SHA-256, after its key version) of the licence identity: ' +
        '`UserCommons.NamedUserIdentifier.Value` where filled, else the login; case-sensitive. The same in every ' +
        'environment, so that people who use several apps can be counted once.',
    ),
  ),
  name: z.optional(
    described(z.nullable(z.string()), 'Login. Masked: its first character, and the domain of an e-mail address.'),
  ),
  full_name: z.optional(
    described(
      z.nullable(z.string()),
      'Full name, from the account entity (`full_name_attributes` of the configuration). Masked: its first character.',
    ),
  ),
  email: z.optional(
    described(
      z.nullable(z.string()),
      'E-mail address, from the account entity (`email_attributes` of the configuration). Masked: its first character ' +
        'and the domain.',
    ),
  ),
  kind: z.optional(
    described(
      kind,
      '`named`: a person; `anonymous`: a visitor who did not log in; `web_service`: an account for another system. ' +
        'Only people are masked, the built-in administrator (`MxAdmin`, or as the app calls it) excepted.',
    ),
  ),
  user_type: z.optional(
    described(z.nullable(z.enum(['internal', 'external'])), 'As Mendix counts: a user who is not marked is internal.'),
  ),
  user_type_marked: z.optional(described(z.nullable(z.boolean()), 'Whether the app itself marked the user type.')),
  active: z.optional(
    described(z.nullable(z.boolean()), 'Whether the user may log in. Inactive users need no licence.'),
  ),
  blocked: z.optional(
    described(z.nullable(z.boolean()), 'Whether Mendix blocked the login, after three wrong passwords.'),
  ),
  blocked_since: time('When the login was blocked; apps before Mendix 10 do not write it down'),
  roles: z.optional(described(z.nullable(z.array(z.string())), 'Names of the user roles, sorted, each once.')),
  language: z.optional(described(z.nullable(z.string()), 'Code of the language that the user chose: `en_US`.')),
  last_login: time('Last login'),
  created: time('When the user was made'),
  entity: z.optional(described(z.nullable(z.string()), 'Entity of the user: System.User or a specialization.')),
});

const span = (days: string) =>
  counted(
    `Within ${days}. Without \`mrt/users.profile\` the span begins with its day (UTC), as masked rows show days.`,
  );

const summary = z.object({
  licence: described(
    z.nullable(
      z.object({
        rule: described(z.string(), 'Who is counted, in words.'),
        internal: counted('Marked internal, or not marked.'),
        internal_unmarked: counted('Those of `internal` whom the app did not mark.'),
        external: counted('Marked external.'),
      }),
    ),
    'Users by the rule that Mendix counts licences by: active, not anonymous, web-service users included; the last ' +
      'login does not matter. One app only: Mendix counts an identity once over all apps of a multi-app licence. `null` ' +
      'where the user types cannot be read.',
  ),
  by: described(
    z.array(
      z.object({
        kind: described(kind, 'As in the rows.'),
        active: described(z.nullable(z.boolean()), 'As in the rows.'),
        blocked: described(z.nullable(z.boolean()), 'As in the rows.'),
        user_type: described(
          z.nullable(z.enum(['internal', 'external'])),
          'As in the rows; `null` where the user types cannot be read.',
        ),
        users: counted('How many users are all of this.'),
      }),
    ),
    'Every user once: kind × active × blocked × user type. Groups without users are left out. Masked rows show all four ' +
      'of each user, so small groups tell nothing more.',
  ),
  roles: described(
    z.nullable(
      z.array(
        z.object({
          role: described(z.string(), 'Name of the user role.'),
          users: counted('Users who have it.'),
          active: counted('The active ones among them.'),
        }),
      ),
    ),
    'Each user role with its users; a user counts in each of their roles.',
  ),
  last_login: described(
    z.nullable(
      z.object({
        within_1_day: span('a day'),
        within_7_days: span('seven days'),
        within_30_days: span('thirty days'),
        within_90_days: span('ninety days'),
        older: counted('Longer ago.'),
        never: counted('Never logged in.'),
      }),
    ),
    'Last login of the active named users. Each span includes the shorter ones; `within_90_days`, `older` and ' +
      '`never` add up to all of them.',
  ),
  online_now: described(
    z.nullable(
      z.object({
        users: described(
          z.nullable(users),
          'Different users, anonymous ones left out. Without `mrt/users.profile`, 1 to 4 are `null`: one of few is soon ' +
            'guessed, and no row shows who is online.',
        ),
        sessions: described(z.nullable(users), 'Their sessions and the anonymous ones; `null` where `users` is.'),
        anonymous_sessions: counted('Sessions of visitors who did not log in.'),
      }),
    ),
    'Sessions active within the session timeout of the environment (`session_timeout_seconds`). Mendix writes the ' +
      'activity down only every sixth of the timeout.',
  ),
  mendix: described(
    z.object({
      named_user_count: described(z.nullable(users), '`null` where the runtime keeps none.'),
    }),
    "The runtime's own `Statistics.NamedUserCount`, in its own meaning.",
  ),
});

const WHOLE_DAY = 'Without the scope `mrt/users.profile` whole days only.';

export const route = {
  name: 'users',
  path: '/users',
  summary: 'The users of an environment.',
  scopes: ['mrt/users.read', 'mrt/users.profile'],
  needs: ['database'],
  environment: true,
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
  },
  rows: 'users',
  csv: { columns: USER_FIELDS, leftOut: [], notWith: ['summary'] },
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
    users: z.optional(described(z.array(row), 'In id order; left out of a summary.')),
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
    summary: z.optional(described(summary, 'With `summary=true`.')),
    missing: described(
      z.array(
        z.object({
          what: described(z.string(), 'A field of the rows, a part of the summary, `users` or `count`.'),
          reason: described(
            z.string(),
            '`grant-missing`: the database role may not read it; `unexpected-type`: the column is none that Mendix ' +
              'makes; `deadline`: the time was up; else the reason of the upstream.',
          ),
          table: described(z.nullable(z.string()), 'The table that the role may not read.'),
        }),
      ),
      'What belongs here and could not be had: then `complete` is false. What an app does not have is `null` and not ' +
        'missing.',
    ),
  }),
} as const satisfies Route;
