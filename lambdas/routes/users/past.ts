/** GET /users with `summary=true` and `days`: the recorded totals of each day, beside those of now. */

import { countGrowthOf } from '../../record/growth.ts';
import type { HistoryPoint } from '../../record/history.ts';
import type { OpenRecord } from '../../record/opened.ts';
import { dailyValues, readPast, valueOn } from '../../record/past.ts';
import { InvalidParameterError } from '../../request-errors.ts';
import { users } from './answer.ts';
import type { Upstreams, UsersAnswer, UsersRequest } from './request.ts';

/**
 * Answers a request, with the past where it asks for one.
 *
 * @param present answers without a past; default: this function's own upstreams do
 * @throws as `users`; InvalidParameterError for days of rows, as no user is ever recorded
 */
export async function usersOverTime(
  request: UsersRequest,
  upstreams: Upstreams & { record: OpenRecord },
  now = new Date(),
  present = (asked: UsersRequest) => users(asked, upstreams),
): Promise<UsersAnswer> {
  const { days, summary } = request.parameters;
  if (days === undefined) return present(request);
  if (summary !== true) {
    throw new InvalidParameterError([{ parameter: 'days', message: 'needs summary=true: no user is recorded' }]);
  }
  const { environment } = request;
  // One after the other: where the present fails at once, no request to the record would be left under way.
  const answer = await present(request);
  const past = await readPast(upstreams.record, { route: 'users', environment, days, isAsked: () => true }, now);
  const history = past.days === null ? null : [...past.days].map(([date, rows]) => dayOf(date, rows));
  const growth = (figure: 'users' | 'internal' | 'external') =>
    countGrowthOf(dailyValues(history ?? [], (day) => day[figure]));
  return {
    ...answer,
    body: {
      ...answer.body,
      history,
      growth: history && { users: growth('users'), internal: growth('internal'), external: growth('external') },
      record: past.record,
      complete: answer.body.complete && past.record.reason === null,
    },
    faults: [...(answer.faults ?? []), ...past.faults],
  };
}

function dayOf(date: string, rows: readonly HistoryPoint[]) {
  return {
    date,
    users: sum(rows.filter(({ figure }) => figure === 'users')),
    internal: valueOn(rows, 'users_licence', 'internal'),
    external: valueOn(rows, 'users_licence', 'external'),
    within_30_days: valueOn(rows, 'users_last_login', 'within_30_days'),
    never: valueOn(rows, 'users_last_login', 'never'),
  };
}

/** `null` when one of the groups is not known: no sum without one of its parts. */
function sum(groups: readonly HistoryPoint[]): number | null {
  if (groups.length === 0) return null;
  return groups.reduce<number | null>(
    (total, { value }) => (total === null || value === null ? null : total + value),
    0,
  );
}
