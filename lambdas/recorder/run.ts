/** One run of the recorder: every environment has its turn, some side by side, and the fleet's newest figures follow. */
import type { Context } from '../context.ts';
import type { NamedEnvironment } from '../exchange.ts';
import type { Fault } from '../faults.ts';
import { faultOf } from '../faults.ts';
import { type Distinct, type Latest, parseLatest, type RecordedRoutes } from '../record/latest.ts';
import { latestKey, METRICS_VIEW } from '../record-layout.ts';
import { utc } from '../utc.ts';
import { type Run, shareOf, type TurnOutcome, takeTurn } from './environment-turn.ts';
import { better, Identities, isDue } from './identities.ts';
import { giveBack, takeLease } from './lease.ts';
import { type RecordStore, readVersioned, type Versioned, writePacked } from './store.ts';

/** An environment's share of time: two requests that go to their deadline, side by side or one after the other. */
const MAX_TURN_MS = 20_000;
/** What writing the newest figures may take after the last turn. */
const WRITING_MS = 10_000;

/** The deadline is some seconds before Lambda ends the function: the lease must not be over before that. */
const LEASE_MARGIN_MS = 5_000;

/** The views that the run writes beside the one of all figures. */
export const VIEWS = ['bucket_size', 'table_size', 'users', 'micro_flow_constants'] as const;

export interface RunOptions extends Omit<Run, 'slotStart' | 'signal' | 'now'> {
  environments: readonly NamedEnvironment[];
  /** Ends with the time that Lambda leaves; its name is the lease's. */
  context: Context;
  run: string;
  now: Date;
  every_minutes: number;
  /** Environments that have their turn at one time. */
  side_by_side: number;
}

/** For the log line. */
export interface RunOutcome {
  /** False: another run is under way. */
  ran: boolean;
  /** Environments that had their turn, those of a cut run before this one included. */
  recorded: number;
  /** Of them, those with a route that gave nothing. */
  failed: number;
  resumed: number;
  /** Environments for which no time was left. */
  left: number;
  /** Seconds since the run before this one ended; `null`: there was none. */
  age_s: number | null;
  faults: readonly Fault[];
}

/**
 * Runs, unless another run is under way.
 *
 * @throws LeaseLostError, RecordUnavailableError `newer-schema`, what the bucket throws, and bugs
 */
export async function runRecorder(options: RunOptions): Promise<RunOutcome> {
  const { store, context, now } = options;
  const signal = context.deadline.signal();
  const until = now.getTime() + context.deadline.remaining() + LEASE_MARGIN_MS;
  const lease = await takeLease(store, options.run, now.getTime(), until, signal);
  if (lease === null) {
    return { ran: false, recorded: 0, failed: 0, resumed: 0, left: 0, age_s: null, faults: [] };
  }
  const outcome = await record(options, signal);
  await giveBack(store, lease, now.getTime(), signal);
  return outcome;
}

async function record(options: RunOptions, signal: AbortSignal): Promise<RunOutcome> {
  const { store, context, now, environments, every_minutes } = options;
  const views = await readViews(store, signal);
  const before = views.get(METRICS_VIEW)?.content ?? null;
  const slot = every_minutes * 60_000;
  const run: Run = { ...options, signal, slotStart: new Date(Math.floor(now.getTime() / slot) * slot) };

  const distinct = views.get('users')?.content?.distinct ?? null;
  const counted = environments.filter(({ offers }) => offers.includes('users')).map(({ name }) => name);
  const identities = isDue(distinct, counted, now) ? new Identities() : null;

  const asking = shareOf(context, context.deadline.remaining() - WRITING_MS);
  const outcomes: TurnOutcome[] = [];
  const queue = oldestFirst(environments, before);
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (asking.deadline.remaining() === 0) {
        queue.unshift(next);
        return;
      }
      const share = shareOf(asking, MAX_TURN_MS);
      const outcome = await takeTurn(next, share, run);
      const faults = identities === null ? [] : await countIdentities(next, share, run, identities);
      outcomes.push({ ...outcome, faults: [...outcome.faults, ...faults] });
    }
  };
  await Promise.all(Array.from({ length: options.side_by_side }, worker));

  const newest = identities?.groups(utc(now)) ?? null;
  await writeViews(options, views, outcomes, better(distinct, newest, now), signal);
  return {
    ran: true,
    recorded: outcomes.length,
    failed: outcomes.filter(({ routes }) => Object.values(routes).some(({ error }) => error !== null)).length,
    resumed: outcomes.filter(({ resumed }) => resumed).length,
    left: queue.length,
    age_s: before === null ? null : Math.max(0, Math.round((now.getTime() - Date.parse(before.taken_at)) / 1_000)),
    faults: outcomes.flatMap(({ faults }) => faults),
  };
}

/** Those that waited the longest have their turn first; who never had one comes before all. */
function oldestFirst(environments: readonly NamedEnvironment[], before: Latest | null): NamedEnvironment[] {
  const tried = ({ name }: NamedEnvironment) =>
    Object.values(before?.environments[name] ?? {})
      .map(({ tried_at }) => tried_at)
      .sort()[0] ?? '';
  return environments.toSorted((a, b) => (tried(a) < tried(b) ? -1 : tried(a) > tried(b) ? 1 : 0));
}

/** A database that does not give them has none in the count, which says so by the environments that it names. */
async function countIdentities(
  environment: NamedEnvironment,
  context: Context,
  run: Run,
  identities: Identities,
): Promise<Fault[]> {
  if (environment.database === undefined || !environment.offers.includes('users')) return [];
  try {
    const rows = await run.upstreams(context).identities(environment.database, identities.salt);
    identities.add(environment.name, rows);
    return [];
  } catch (error) {
    return [faultOf(error)];
  }
}

type Views = ReadonlyMap<string, Versioned<Latest>>;

async function readViews(store: RecordStore, signal: AbortSignal): Promise<Views> {
  const names = [...VIEWS, METRICS_VIEW];
  const views = await Promise.all(names.map((name) => readVersioned(store, latestKey(name), parseLatest, signal)));
  return new Map(names.map((name, i) => [name, views[i] as Versioned<Latest>]));
}

/** Environments that had no turn keep what they had; one that is not configured any more is left out. */
async function writeViews(
  { store, environments, now, every_minutes }: RunOptions,
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
