/** One run of the recorder: every environment has its turn, some side by side, and the fleet's newest figures follow. */
import type { Context } from '../context.ts';
import type { NamedEnvironment } from '../exchange.ts';
import type { Fault } from '../faults.ts';
import { METRICS_VIEW } from '../record/layout.ts';
import { takeAudit } from './audit-turn.ts';
import { AUDIT_ROUTE, shareOf, type TurnOutcome, takeTurn } from './environment-turn.ts';
import { IdentityCounts } from './identity-counts.ts';
import { giveBack, takeLease } from './lease.ts';
import type { Run } from './run-options.ts';
import { tenantOf } from './tenant-parts.ts';
import { contentOf, readViews, type Views, viewsOf, writeViews } from './views.ts';

/** An environment's share of time: two requests that go to their deadline, side by side or one after the other. */
const MAX_TURN_MS = 20_000;
/** What writing the newest figures may take after the last turn. */
const WRITING_MS = 10_000;

/** A slice of an environment's storage audit: a million objects take some 20 s. */
const MAX_AUDIT_MS = 60_000;
/** With less, a slice would only be begun. */
const MIN_AUDIT_MS = 3_000;

/** The deadline is some seconds before Lambda ends the function: the lease must not be over before that. */
const LEASE_MARGIN_MS = 5_000;

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
  /** Storage audits that went on, or failed; once a day each. */
  audited: number;
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
    return { ran: false, recorded: 0, failed: 0, resumed: 0, left: 0, audited: 0, age_s: null, faults: [] };
  }
  const outcome = await record(options, signal);
  await giveBack(store, lease, now.getTime(), signal);
  return outcome;
}

async function record(options: RunOptions, signal: AbortSignal): Promise<RunOutcome> {
  const { store, context, now, environments, every_minutes } = options;
  const views = await readViews(store, signal, viewsOf(environments), environments);
  const before = contentOf(views, METRICS_VIEW, null);
  const slot = every_minutes * 60_000;
  const run: Run = { ...options, signal, slotStart: new Date(Math.floor(now.getTime() / slot) * slot) };

  const identities = new IdentityCounts(environments, views, now);
  const asking = shareOf(context, context.deadline.remaining() - WRITING_MS);
  const outcomes: TurnOutcome[] = [];
  const queue = oldestFirst(environments, views);
  await sideBySide(options, queue, asking, 0, async (next) => {
    const share = shareOf(asking, MAX_TURN_MS);
    const outcome = await takeTurn(next, share, run);
    const faults = await identities.add(next, share, run);
    outcomes.push({ ...outcome, faults: [...outcome.faults, ...faults] });
  });

  await writeViews(options, views, outcomes, (tenant) => identities.of(tenant), signal);
  const audits = await audit(options, run, asking, outcomes);
  return {
    ran: true,
    recorded: outcomes.length,
    failed: outcomes.filter(({ routes }) => Object.values(routes).some(({ error }) => error !== null)).length,
    resumed: outcomes.filter(({ resumed }) => resumed).length,
    left: queue.length,
    audited: audits.length,
    age_s: before === null ? null : Math.max(0, Math.round((now.getTime() - Date.parse(before.taken_at)) / 1_000)),
    faults: [...outcomes, ...audits].flatMap(({ faults }) => faults),
  };
}

/** Takes from the queue, so many at one time, while there is time; what is left stays in it. */
async function sideBySide<Item>(
  { side_by_side }: RunOptions,
  queue: Item[],
  { deadline }: Context,
  min_ms: number,
  take: (item: Item) => Promise<void>,
): Promise<void> {
  const worker = async () => {
    while (queue.length > 0 && deadline.remaining() > min_ms) await take(queue.shift() as Item);
  };
  await Promise.all(Array.from({ length: side_by_side }, worker));
}

/**
 * The storage audits that are due, in the time that the turns have left: nobody's newest figures wait for a large bucket.
 * A database that gave nothing in its turn is not asked for more.
 */
async function audit(
  options: RunOptions,
  run: Run,
  asking: Context,
  outcomes: readonly TurnOutcome[],
): Promise<TurnOutcome[]> {
  const { store, environments } = options;
  const answering = new Set(
    outcomes.filter(({ routes }) => !routes['table_size']?.error).map(({ environment }) => environment),
  );
  const queue = environments.filter(({ name, offers }) => offers.includes(AUDIT_ROUTE) && answering.has(name));
  const audits: TurnOutcome[] = [];
  await sideBySide(options, queue, asking, MIN_AUDIT_MS, async (next) => {
    const outcome = await takeAudit(next, shareOf(asking, MAX_AUDIT_MS), run);
    if (outcome !== null) audits.push(outcome);
  });
  if (audits.length > 0) {
    const views = await readViews(store, run.signal, [AUDIT_ROUTE, METRICS_VIEW], environments);
    await writeViews(options, views, audits, () => null, run.signal);
  }
  return audits;
}

/**
 * Those that waited the longest have their turn first; who never had one comes before all. The audit, which is taken once a
 * day and in a turn of its own, says nothing of that: whoever has one would come first all day.
 */
function oldestFirst(environments: readonly NamedEnvironment[], before: Views): NamedEnvironment[] {
  const tried = (environment: NamedEnvironment) =>
    Object.entries(contentOf(before, METRICS_VIEW, tenantOf(environment))?.environments[environment.name] ?? {})
      .filter(([route]) => route !== AUDIT_ROUTE)
      .map(([, { tried_at }]) => tried_at)
      .sort()[0] ?? '';
  return environments.toSorted((a, b) => (tried(a) < tried(b) ? -1 : tried(a) > tried(b) ? 1 : 0));
}
