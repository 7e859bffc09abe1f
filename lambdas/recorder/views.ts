/** The newest figures of every environment, as the routes read them: an object for each route, and one with all figures. */
import type { NamedEnvironment } from '../exchange.ts';
import { type Distinct, type Latest, parseLatest, type RecordedRoutes } from '../record/latest.ts';
import { latestKey, METRICS_VIEW } from '../record/layout.ts';
import { utc } from '../utc.ts';
import { AUDIT_ROUTE, type TurnOutcome } from './environment-turn.ts';
import { type RecordStore, readVersioned, type Versioned, writePacked } from './store.ts';

/** Of single routes. */
export const VIEWS = ['bucket_size', 'table_size', 'users', 'micro_flow_constants', AUDIT_ROUTE] as const;

/** Views of a stage: that of Airflows only where an environment has one. */
export function viewsOf(environments: readonly NamedEnvironment[]): string[] {
  const hasAirflow = environments.some(({ offers }) => offers.includes('airflow_health'));
  return [...VIEWS, ...(hasAirflow ? ['airflow_health'] : []), METRICS_VIEW];
}

export type Views = ReadonlyMap<string, Versioned<Latest>>;

export async function readViews(store: RecordStore, signal: AbortSignal, names: readonly string[]): Promise<Views> {
  const views = await Promise.all(names.map((name) => readVersioned(store, latestKey(name), parseLatest, signal)));
  return new Map(names.map((name, i) => [name, views[i] as Versioned<Latest>]));
}

/** What of a run's options is needed for it. */
export interface ViewOptions {
  store: RecordStore;
  environments: readonly NamedEnvironment[];
  now: Date;
  every_minutes: number;
}

/** Environments that had no turn keep what they had; one that is not configured any more is left out. */
export async function writeViews(
  { store, environments, now, every_minutes }: ViewOptions,
  before: Views,
  outcomes: readonly TurnOutcome[],
  distinct: Distinct | null,
  signal: AbortSignal,
): Promise<void> {
  const taken = new Map(outcomes.map(({ environment, routes }) => [environment, routes]));
  const written = [...before].map(([view, versioned]) => {
    const content = versioned.content?.environments ?? {};
    const parts = environments.map(({ name }): [string, RecordedRoutes] => {
      const routes = taken.get(name) ?? content[name] ?? {};
      return [name, view === METRICS_VIEW ? withoutSummaries(routes) : only(routes, view)];
    });
    const value = {
      taken_at: utc(now),
      every_minutes,
      environments: Object.fromEntries(parts),
      ...(view === 'users' && { distinct }),
    };
    return writePacked(store, latestKey(view), versioned, value, signal);
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
