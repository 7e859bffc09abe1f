/** One environment's turn in a run: its routes are asked, and what they gave goes into the history and its memory. */
import { type Context, Deadline } from '../context.ts';
import type { NamedEnvironment } from '../exchange.ts';
import type { Fault } from '../faults.ts';
import { changesAfter, parseChanges } from '../record/changes.ts';
import { figureOf } from '../record/figure.ts';
import { historyRow } from '../record/history.ts';
import { type EnvironmentState, parseEnvironmentState, type Recorded, type RecordedRoutes } from '../record/latest.ts';
import { changesKey, environmentKey, historyKey } from '../record/layout.ts';
import { utc } from '../utc.ts';
import { listedBefore } from './bucket-sizes.ts';
import type { ConstantsRecording } from './constants.ts';
import { writeHistory } from './month.ts';
import { moveHistory } from './moved-history.ts';
import type { Turn } from './recording.ts';
import { askRoutes, type Route, type RouteAnswer } from './route-answers.ts';
import type { Run } from './run-options.ts';
import { opened, sealed, sealingKey } from './sealed.ts';
import { readVersioned, writePacked } from './store.ts';
import { tenantOf } from './tenant-parts.ts';

/** What a turn gave. */
export interface TurnOutcome {
  environment: string;
  routes: RecordedRoutes;
  /** For the log line. */
  faults: readonly Fault[];
  /** It had its turn in the run that was cut. */
  resumed: boolean;
}

/** Recorded once a day, in a turn of its own. */
export const AUDIT_ROUTE = 'storage_audit';

/**
 * Takes the turn. Its writes, in order: history, changes, its own memory. After a crash between any two of them the next
 * turn does the same again, and what was written once is written over by the same.
 *
 * @param context ends with the environment's own share of time
 * @throws LeaseLostError, RecordUnavailableError `newer-schema`, and what the bucket throws; what an upstream throws is
 *   the route's own error
 */
export async function takeTurn(environment: NamedEnvironment, context: Context, run: Run): Promise<TurnOutcome> {
  const { store, now, signal } = run;
  const key = environmentKey(environment.name);
  const before = await readVersioned(store, key, parseEnvironmentState, signal);
  const state = before.content;
  if (state !== null && Date.parse(state.taken_at) >= run.slotStart.getTime()) {
    return { environment: environment.name, routes: state.routes, faults: [], resumed: true };
  }
  const tenant = tenantOf(environment);
  if (state !== null && (state.tenant ?? null) !== tenant) await moveHistory(environment.name, state, tenant, run);
  const relay = run.relay?.(context);
  const turn: Turn = { environment, context, version: run.version, ...(relay !== undefined && { relay }) };
  const day = now.toISOString().slice(0, 10);
  const isDue = (route: Route) => state?.history[route] !== day;
  const upstreams = run.upstreams(context, environment);
  const seal = await sealingKey(upstreams.keys);
  const listed = listedBefore(state?.routes['bucket_size'], opened(state?.listing, seal), now);
  const answers = await askRoutes(turn, upstreams, isDue, listed);

  const history = { ...state?.history };
  const routes: RecordedRoutes = {};
  for (const [route, answer] of answers) {
    routes[route] = recordedOf(answer, state?.routes[route], now);
    if (answer.recording === null) continue;
    const { recording, daily } = answer;
    const changes = route === 'micro_flow_constants' ? await changesOf(environment, answer, state, run) : null;
    const changed = (changes?.changed ?? []).map(({ name }) => figureOf('constant_changed', { constant: name }, 1));
    const point = isDue(route) && daily !== null ? [...recording.figures, ...daily] : [];
    if (point.length + changed.length > 0) {
      const rows = [...point, ...changed].map((one) => historyRow(one, recording.source, now));
      await writeHistory(store, historyKey(route, environment.name, day.slice(0, 7), tenant), rows, signal);
    }
    if (point.length > 0) history[route] = day;
    await changes?.write();
  }
  Object.assign(routes, auditOf(environment, state));
  const listing = sealed(listed.rest, seal);
  const memory = { taken_at: utc(now), tenant, routes, history, listing, audit: state?.audit };
  await writePacked(store, key, before, memory, signal);
  const faults = answers.flatMap(([, answer]) => answer.faults);
  return { environment: environment.name, routes, faults, resumed: false };
}

/** The audit has a turn of its own; until then what it gave last stays. */
function auditOf({ offers }: NamedEnvironment, state: EnvironmentState | null): RecordedRoutes {
  const recorded = state?.routes[AUDIT_ROUTE];
  return recorded === undefined || !offers.includes(AUDIT_ROUTE) ? {} : { [AUDIT_ROUTE]: recorded };
}

/** The last good figures stay, with the error of the last try beside them. */
export function recordedOf(
  { recording, error }: Pick<RouteAnswer, 'recording' | 'error'>,
  before: Recorded | undefined,
  now: Date,
): Recorded {
  const tried_at = utc(now);
  if (recording !== null) {
    const { as_of, complete, summary, addends, figures } = recording;
    return { tried_at, taken_at: tried_at, as_of, complete, summary, addends, figures, error: null };
  }
  const nothing = { taken_at: null, as_of: null, complete: false, summary: null, addends: [], figures: [] };
  return { ...nothing, ...before, tried_at, error };
}

/** What of the constants has changed, and how to note it; `null` while a file of theirs cannot be read. */
async function changesOf(
  environment: NamedEnvironment,
  { recording }: RouteAnswer,
  state: EnvironmentState | null,
  { store, now, signal }: Run,
) {
  const { seen, unknown, whole } = recording as ConstantsRecording;
  if (!whole) return null;
  const key = changesKey(environment.name, tenantOf(environment));
  const before = await readVersioned(store, key, parseChanges, signal);
  const lastSeen = state?.routes['micro_flow_constants']?.taken_at ?? null;
  const after = changesAfter(before.content, seen, unknown, utc(now), lastSeen);
  const isNew = JSON.stringify(before.content?.constants) !== JSON.stringify(after.state.constants);
  const write = async () => (isNew ? writePacked(store, key, before, after.state, signal) : undefined);
  return { changed: after.changed, write };
}

/** The environment's own share of a run's time, and never more than what the run has left. */
export function shareOf(run: Context, milliseconds: number): Context {
  return { timing: run.timing, deadline: new Deadline(Math.min(run.deadline.at, Date.now() + milliseconds)) };
}
