/**
 * An environment's storage audit: once a day, after every environment has had its turn, in slices over as many runs as it
 * takes. Its writes, in order: history, the environment's memory. After a crash between them the last slice is taken again.
 */
import type { Context } from '../context.ts';
import type { NamedEnvironment } from '../exchange.ts';
import { type Fault, faultOf, partProblem } from '../faults.ts';
import { historyRow } from '../record/history.ts';
import { parseEnvironmentState, type Recorded } from '../record/latest.ts';
import { environmentKey, historyKey } from '../record/layout.ts';
import type { Position } from '../routes/storage_audit/position.ts';
import { AUDIT_ROUTE, recordedOf, type TurnOutcome } from './environment-turn.ts';
import { writeHistory } from './month.ts';
import type { Run } from './run-options.ts';
import { opened, sealed, sealingKey } from './sealed.ts';
import { type AuditSlice, recordStorageAudit } from './storage-audit.ts';
import { readVersioned, writePacked } from './store.ts';
import { tenantOf } from './tenant-parts.ts';

/** An audit that failed is not tried again before this: each try lists and reads what it then throws away. */
const RETRY_AFTER_MS = 3_600_000;

/**
 * Takes a slice of the audit, when it is due.
 *
 * @param context ends with the slice's share of time
 * @returns `null`: nothing was due
 * @throws as `takeTurn`
 */
export async function takeAudit(
  environment: NamedEnvironment,
  context: Context,
  run: Run,
): Promise<TurnOutcome | null> {
  const { store, now, signal, version } = run;
  const key = environmentKey(environment.name);
  const before = await readVersioned(store, key, parseEnvironmentState, signal);
  const state = before.content;
  const day = now.toISOString().slice(0, 10);
  const recorded = state?.routes[AUDIT_ROUTE];
  if (state === null || state.history[AUDIT_ROUTE] === day || hasJustFailed(recorded, now)) return null;

  const upstreams = run.upstreams(context, environment);
  const seal = await sealingKey(upstreams.keys);
  const slice = await attempt(async () => {
    const kept = opened(state.audit, seal) as { version: string; position: Position } | null;
    // What another release has counted is its own matter.
    const position = kept?.version === version ? kept.position : null;
    return recordStorageAudit({ environment, context, version }, upstreams.audit, position);
  });
  const { recording, rest, error, faults } = slice;
  const history = { ...state.history };
  if (recording !== null) {
    const rows = recording.figures.map((figure) => historyRow(figure, recording.source, now));
    await writeHistory(
      store,
      historyKey(AUDIT_ROUTE, environment.name, day.slice(0, 7), tenantOf(environment)),
      rows,
      signal,
    );
    history[AUDIT_ROUTE] = day;
  }
  const isUnderWay = recording === null && error === null;
  const of = isUnderWay ? recorded : recordedOf({ recording, error }, recorded, now);
  const routes = { ...state.routes, ...(of && { [AUDIT_ROUTE]: of }) };
  const audit = sealed(rest && { version, position: rest }, seal);
  await writePacked(store, key, before, { ...state, routes, history, audit }, signal);
  return { environment: environment.name, routes, faults, resumed: false };
}

function hasJustFailed(recorded: Recorded | undefined, now: Date): boolean {
  const { error = null, tried_at = '' } = recorded ?? {};
  return error !== null && now.getTime() - Date.parse(tried_at) < RETRY_AFTER_MS;
}

/** @throws what is no upstream's fault: a bug must be seen */
async function attempt(take: () => Promise<AuditSlice>): Promise<AuditSlice> {
  try {
    return await take();
  } catch (error) {
    const faults: Fault[] = [faultOf(error)];
    return { recording: null, rest: null, error: partProblem(error), faults };
  }
}
