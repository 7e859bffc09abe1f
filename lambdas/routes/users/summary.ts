/** `summary=true`: the licence figure and the other totals of an app's users. */

import { faultOf } from '../../faults.ts';
import type { AppUsers } from '../../mendix/users/catalog.ts';
import type { UserGroup } from '../../mendix/users/groups.ts';
import { readGroupsAndRoles, readUserGroups } from '../../mendix/users/groups-and-roles.ts';
import type { RoleTotal } from '../../mendix/users/roles.ts';
import { readNamedUserStatistic, readOnlineNow } from '../../mendix/users/totals.ts';
import { DatabaseUnavailableError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import { utc } from '../../utc.ts';
import { faultsOf, type Missing } from './missing.ts';
import type { Summary, UsersAnswer, UsersRequest } from './request.ts';

const RULE = 'active, not anonymous, web-service users included, unmarked counts as internal';
/** Users come and go at any time; totals of a minute ago still serve a report. */
const MAX_AGE_SECONDS = 60;
/** Spans of last logins, the longest first: so their beginnings are the earliest first. */
const SPAN_DAYS = [90, 30, 7, 1] as const;
const DAY_MS = 86_400_000;
/** Fewer people online than these are not told to who may not see people: one of three is soon guessed. */
const MIN_PEOPLE = 5;

/**
 * The groups of users must be known for there to be an answer; any other part may be missing, with its reason.
 *
 * @throws DatabaseUnavailableError, UpstreamTimeoutError, UpstreamFailedError
 */
export async function totals(
  request: UsersRequest,
  app: AppUsers,
  sessionTimeoutSeconds: number,
): Promise<UsersAnswer> {
  const missing: Missing[] = [];
  const now = new Date();
  // To the second: statements start after it, so it is never later than what they saw.
  const asOf = utc(now);
  const { userType, source } = app.catalog;
  if (userType.state === 'refused') missing.push({ what: 'licence', reason: userType.reason, table: userType.table });
  const part = async <T>(what: string, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      missing.push(partMissing(what, error));
      return null;
    }
  };
  const { groups, roles } = await groupsAndRoles(app, spanStarts(now, request.mayClear), missing);
  const typesKnown = userType.state !== 'refused';
  const onlineNow = await part('online_now', () => readOnlineNow(app, sessionTimeoutSeconds));
  const namedUserCount = await part('mendix', () => readNamedUserStatistic(app));
  const summary: Summary = {
    licence: typesKnown ? licence(groups) : null,
    by: cube(groups, typesKnown),
    roles,
    last_login: lastLogins(groups),
    online_now: request.mayClear ? onlineNow : withoutFew(onlineNow),
    mendix: { named_user_count: namedUserCount },
  };
  return {
    body: {
      environment: request.environment.name,
      source: 'postgresql',
      as_of: asOf,
      masked: !request.mayClear,
      summary,
      missing,
      complete: missing.length === 0,
    },
    next: null,
    as_of: asOf,
    max_age: MAX_AGE_SECONDS,
    faults: faultsOf(missing, source),
  };
}

/** Both together; where that fails the groups alone, as there is an answer without the roles. @throws as `totals` */
async function groupsAndRoles(
  app: AppUsers,
  times: readonly string[],
  missing: Missing[],
): Promise<{ groups: UserGroup[]; roles: RoleTotal[] | null }> {
  try {
    return await readGroupsAndRoles(app, times);
  } catch (error) {
    const rolesMissing = partMissing('roles', error);
    const groups = await readUserGroups(app, times);
    missing.push(rolesMissing);
    return { groups, roles: null };
  }
}

/**
 * When the spans begin. Who sees masked rows knows days, so for them a span begins with its day: else they would see
 * to the second when a login leaves the span, and that is when it was made.
 */
function spanStarts(now: Date, mayClear: boolean): string[] {
  const end = mayClear ? now.getTime() : Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return SPAN_DAYS.map((days) => new Date(end - days * DAY_MS).toISOString());
}

/** @throws the error itself when it is no upstream's fault */
function partMissing(what: string, error: unknown): Missing {
  const { reason } = faultOf(error);
  const table = error instanceof DatabaseUnavailableError ? error.table : null;
  return { what, reason: error instanceof UpstreamTimeoutError ? 'deadline' : reason, table };
}

function licence(groups: readonly UserGroup[]): Summary['licence'] {
  const counted = groups.filter((group) => group.active === true && group.kind !== 'anonymous');
  const all = sum(counted, ({ users }) => users);
  const external = sum(counted, (group) => group.external);
  const internal = sum(counted, (group) => group.internal);
  return { rule: RULE, internal: all - external, internal_unmarked: all - external - internal, external };
}

/** The groups by the user type that they count as: marked internal and not marked are one. */
function cube(groups: readonly UserGroup[], typesKnown: boolean): Summary['by'] {
  return groups.flatMap(({ kind, active, blocked, users, external }) => {
    const cell = (user_type: 'external' | 'internal' | null, count: number) => ({
      kind,
      active,
      blocked,
      user_type,
      users: count,
    });
    const cells = typesKnown ? [cell('external', external), cell('internal', users - external)] : [cell(null, users)];
    return cells.filter(({ users: count }) => count > 0);
  });
}

function lastLogins(groups: readonly UserGroup[]): Summary['last_login'] {
  const counted = groups.filter((group) => group.active === true && group.kind === 'named');
  const since = (span: number) => sum(counted, (group) => group.since[span] ?? 0);
  const [within90, within30, within7, within1] = SPAN_DAYS.map((_, span) => since(span)) as [
    number,
    number,
    number,
    number,
  ];
  const never = sum(counted, (group) => group.never);
  return {
    within_1_day: within1,
    within_7_days: within7,
    within_30_days: within30,
    within_90_days: within90,
    older: sum(counted, ({ users }) => users) - within90 - never,
    never,
  };
}

/** Sessions are in no row, so a masked caller is told of them only where they are many people's. */
function withoutFew(online: Summary['online_now']): Summary['online_now'] {
  if (online?.users == null || online.users === 0 || online.users >= MIN_PEOPLE) return online;
  return { ...online, users: null, sessions: null };
}

function sum(groups: readonly UserGroup[], figure: (group: UserGroup) => number): number {
  return groups.reduce((total, group) => total + figure(group), 0);
}
