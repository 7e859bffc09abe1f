/**
 * The newest figures of every environment, as the routes read them: an object for each route, and one with all figures. Each
 * tenant with a role of its own has these objects apart.
 */
import type { NamedEnvironment } from '../exchange.ts';
import { type Distinct, type Latest, parseLatest, type RecordedRoutes } from '../record/latest.ts';
import { latestKey, METRICS_VIEW } from '../record/layout.ts';
import { utc } from '../utc.ts';
import { AUDIT_ROUTE, type TurnOutcome } from './environment-turn.ts';
import { type RecordStore, readVersioned, type Versioned, writePacked } from './store.ts';
import { tenantOf, tenantsOf } from './tenant-parts.ts';

/** Of single routes. */
export const VIEWS = ['bucket_size', 'table_size', 'users', 'micro_flow_constants', AUDIT_ROUTE] as const;

/** Views of a stage: that of Airflows only where an environment has one. */
export function viewsOf(environments: readonly NamedEnvironment[]): string[] {
  const hasAirflow = environments.some(({ offers }) => offers.includes('airflow_health'));
  return [...VIEWS, ...(hasAirflow ? ['airflow_health'] : []), METRICS_VIEW];
}

/** A view of one part, as it was read. */
interface View {
  view: string;
  tenant: string | null;
  stored: Versioned<Latest>;
}

export type Views = readonly View[];

/** @param names of views, read of every part */
export async function readViews(
  store: RecordStore,
  signal: AbortSignal,
  names: readonly string[],
  environments: readonly NamedEnvironment[],
): Promise<Views> {
  const all = tenantsOf(environments).flatMap((tenant) => names.map((view) => ({ view, tenant })));
  return Promise.all(
    all.map(async ({ view, tenant }) => {
      const stored = await readVersioned(store, latestKey(view, tenant), parseLatest, signal);
      return { view, tenant, stored };
    }),
  );
}

/** What a part has of a view; `null`: nothing yet. */
export function contentOf(views: Views, view: string, tenant: string | null): Latest | null {
  return views.find((one) => one.view === view && one.tenant === tenant)?.stored.content ?? null;
}

/** What of a run's options is needed for it. */
export interface ViewOptions {
  store: RecordStore;
  environments: readonly NamedEnvironment[];
  now: Date;
  every_minutes: number;
}

/**
 * Environments that had no turn keep what they had; one that is not configured any more is left out.
 *
 * @param distinctOf how many different people a part has
 */
export async function writeViews(
  { store, environments, now, every_minutes }: ViewOptions,
  before: Views,
  outcomes: readonly TurnOutcome[],
  distinctOf: (tenant: string | null) => Distinct | null,
  signal: AbortSignal,
): Promise<void> {
  const taken = new Map(outcomes.map(({ environment, routes }) => [environment, routes]));
  const written = before.map(({ view, tenant, stored }) => {
    const content = stored.content?.environments ?? {};
    const own = environments.filter((environment) => tenantOf(environment) === tenant);
    const parts = own.map(({ name }): [string, RecordedRoutes] => {
      const routes = taken.get(name) ?? content[name] ?? {};
      return [name, view === METRICS_VIEW ? withoutSummaries(routes) : only(routes, view)];
    });
    const value = {
      taken_at: utc(now),
      every_minutes,
      environments: Object.fromEntries(parts),
      ...(view === 'users' && { distinct: distinctOf(tenant) }),
    };
    return writePacked(store, latestKey(view, tenant), stored, value, signal);
  });
  await Promise.all(written);
}

function only(routes: RecordedRoutes, view: string): RecordedRoutes {
  const route = routes[view];
  return route === undefined ? {} : { [view]: route };
}

/** Monitoring needs figures only. */
function withoutSummaries(routes: RecordedRoutes): RecordedRoutes {
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => [name, { ...route, summary: null, addends: [] }]),
  );
}
