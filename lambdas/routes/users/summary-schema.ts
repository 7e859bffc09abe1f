/** The totals of an app's users. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';
import { kind, users } from './row-schema.ts';

const counted = (description: string) => described(users, description);

const span = (days: string) =>
  counted(
    `Within ${days}. Without \`mrt/users.profile\` the span begins with its day (UTC), as masked rows show days.`,
  );

/** With `summary=true`. */
export const summary = z.object({
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
