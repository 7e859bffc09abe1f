/** All DAGs that are asked for, added up. */
import type { AboutRuns, Asked, Selected } from './asked.ts';
import { isAsked, refuseUnknown } from './dag-filter.ts';
import { judge } from './dag-state.ts';
import { lastOf, noteFaults, readFrom, withoutSeen } from './from-cursor.ts';
import { isTime } from './parts.ts';
import { addDag, noTotals, summaryOf } from './totals.ts';

/**
 * All DAGs added up, on from where the cursor stands.
 *
 * @throws UpstreamTimeoutError when a cursor leads nowhere, which would go on for ever
 */
export async function dagSums(asked: Asked, about: AboutRuns): Promise<Selected> {
  const { position, parts, window } = asked;
  const reading = await readFrom(asked, about, Number.POSITIVE_INFINITY);
  const [current, failed] = [await about.current, await about.failedTasks];
  if (reading === null) return { summary: null, rows: null, next: null, positions: null, isCut: true };
  const totals = position?.totals ?? noTotals();
  const chunks = withoutSeen(reading.chunks, position);
  for (const chunk of chunks) {
    for (const dag of chunk.dags) {
      if (!isAsked(dag, asked)) continue;
      const tally = chunk.tallies?.get(dag.id) ?? null;
      const judgement = judge({ dag, tally, isCurrentKnown: current !== null }, window.until);
      addDag(totals, { judgement, tally, failedTasks: failed?.get(dag.id)?.length ?? 0 });
    }
  }
  noteFaults(parts, reading);
  if (totals.dags === 0 && reading.cut === null) await refuseUnknown(asked);
  const last = lastOf(reading.chunks);
  if (position !== null && reading.cut !== null && chunks.every(({ dags }) => dags.length === 0)) throw reading.cut;
  const goesOn = isTime(reading.cut) && last !== null;
  return {
    summary:
      reading.cut !== null && !goesOn
        ? null
        : summaryOf(totals, { current: current !== null, failedTasks: failed !== null }),
    rows: null,
    next: goesOn ? { ...last, until: window.until, totals } : null,
    positions: null,
    isCut: reading.cut !== null,
  };
}
