/** GET /grants: what the configuration gives each caller, for the auditor. */
import type { Answer, RouteRequest } from '../../exchange.ts';
import type { AnswerOf } from '../../route.ts';
import { selects } from '../../selector.ts';
import type { Caller, Callers } from '../../settings.ts';
import { isWithin } from '../../tenancy.ts';
import type { route } from './route.ts';

type Grant = AnswerOf<typeof route>['grants'][number];

/** Where a page ended: the last row's place in the list, which is the same for as long as the configuration is. */
export type Position = number;

export interface Upstreams {
  /** Of the configuration. */
  callers: Callers;
}

/** A configuration changes with a deployment. */
const MAX_AGE_SECONDS = 60;

/**
 * Every caller with the environments that its entries come to, by the same decision that lets requests in.
 *
 * An auditor of `shop-*` sees what concerns the shops: callers who may do nothing there are left out, and so are selectors
 * that mean nothing there. With tenants that makes the auditor of one blind for the callers of another, and not for the
 * operator's, who may read the tenant's data.
 */
export async function grants(
  request: Pick<RouteRequest<unknown, Position>, 'environments' | 'limit' | 'position'>,
  { callers }: Upstreams,
): Promise<Answer<AnswerOf<typeof route>, Position>> {
  const { environments, limit } = request;
  const rows = [
    ...grantsOf('client', callers.clients, environments),
    ...grantsOf('group', callers.groups, environments),
  ];
  const from = request.position ?? 0;
  const to = from + limit;
  return {
    body: { grants: rows.slice(from, to), complete: true },
    next: to < rows.length ? to : null,
    as_of: null,
    max_age: MAX_AGE_SECONDS,
  };
}

function grantsOf(
  kind: Grant['kind'],
  callers: Readonly<Record<string, Caller>>,
  environments: RouteRequest['environments'],
): Grant[] {
  return Object.entries(callers)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([caller, { scopes, tenant, environments: selectors }]) => {
      // What is within reach, whatever the selector says: a tenant's caller of `*` may read nothing of another's.
      const reach =
        process.env['MRT_WITH_TENANTS'] === 'off'
          ? environments
          : environments.filter(({ environment }) => isWithin({ tenant }, environment));
      const means = (selector: string) => reach.filter(({ environment }) => selects(selector, environment));
      return {
        kind,
        caller,
        scopes: [...scopes],
        selectors: selectors.filter((selector) => means(selector).length > 0),
        environments: reach
          .filter(({ environment }) => selectors.some((selector) => selects(selector, environment)))
          .map(({ environment }) => environment.name),
      };
    })
    .filter((grant) => grant.environments.length > 0);
}
