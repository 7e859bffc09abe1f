/** `GET /users`: the users of an app, a page of them or their totals. */
import { InvalidParameterError, NotOfferedError } from '../../request-errors.ts';
import { page } from './page.ts';
import type { Upstreams, UsersAnswer, UsersRequest } from './request.ts';
import { route } from './route.ts';
import { totals } from './summary.ts';

/**
 * @throws InvalidParameterError, UnknownNameError, NotOfferedError, DatabaseUnavailableError, UpstreamTimeoutError,
 *   UpstreamFailedError, KeysUnavailableError
 */
export async function users(request: UsersRequest, upstreams: Upstreams): Promise<UsersAnswer> {
  const { database } = request.environment;
  if (request.parameters.summary === true) refuseFilters(request.parameters);
  if (database === undefined) throw new NotOfferedError();
  const { summary, count } = request.parameters;
  const queries = upstreams.databases.on(database, { wholeTables: summary === true || count === 'exact' });
  return await upstreams.catalogs.use(database, queries, (app) =>
    request.parameters.summary === true
      ? totals(request, app, database.session_timeout_seconds)
      : page(request, app, upstreams),
  );
}

/** Totals are of all users: a filter that was ignored would make them a wrong figure. */
function refuseFilters(parameters: UsersRequest['parameters']): void {
  const names = Object.keys(route.parameters) as (keyof UsersRequest['parameters'])[];
  const others = names.filter((name) => name !== 'summary' && name !== 'days' && parameters[name] !== undefined);
  if (others.length > 0) {
    throw new InvalidParameterError(
      others.map((parameter) => ({ parameter, message: 'must not be given with summary=true' })),
    );
  }
}
