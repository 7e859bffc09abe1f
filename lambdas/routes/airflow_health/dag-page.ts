/** A page of DAGs, one row each. */
import type { AboutRuns, Asked, Selected } from './asked.ts';
import { isAsked, refuseUnknown } from './dag-filter.ts';
import { judge } from './dag-state.ts';
import type { Dag } from './documents.ts';
import { lastOf, noteFaults, readFrom, withoutSeen } from './from-cursor.ts';
import { PAGE } from './lists.ts';
import { isTime } from './parts.ts';
import type { Position } from './position.ts';
import { newestEnded } from './reading.ts';
import { type DagRow, lastRunOf, rowOf } from './rows.ts';
import { addDag, noTotals, summaryOf } from './totals.ts';

/** Pages of DAGs that are read at once for rows that a filter may leave out. */
const PAGES_AT_ONCE = 8;
const ALL_PAGES = Number.POSITIVE_INFINITY;

/**
 * A page of rows; on the first page with the sums of all DAGs, which are read anyway to give them.
 *
 * @throws UnknownNameError for one DAG that is not there; as {@link dagSums}
 */
export async function dagRows(asked: Asked, about: AboutRuns): Promise<Selected> {
  const { position, parts, window, limit } = asked;
  const isFiltered = asked.parameters.state !== undefined || asked.parameters.dag !== undefined;
  const pages = position === null ? ALL_PAGES : Math.max(Math.ceil(limit / PAGE) + 1, isFiltered ? PAGES_AT_ONCE : 0);
  const selected: { row: DagRow; dag: Dag; position: Position }[] = [];
  const totals = noTotals();
  let from = position;
  for (;;) {
    const reading = await readFrom({ ...asked, position: from }, about, pages);
    if (reading === null) return { summary: null, rows: null, next: null, positions: null, isCut: true };
    const [isCurrentKnown, failed] = [(await about.current) !== null, await about.failedTasks];
    const readable = { current: isCurrentKnown, failedTasks: failed !== null };
    for (const chunk of withoutSeen(reading.chunks, from)) {
      for (const [index, dag] of chunk.dags.entries()) {
        if (!isAsked(dag, asked)) continue;
        const tally = chunk.tallies?.get(dag.id) ?? null;
        const judgement = judge({ dag, tally, isCurrentKnown }, window.until);
        addDag(totals, { judgement, tally, failedTasks: failed?.get(dag.id)?.length ?? 0 });
        if (asked.parameters.state !== undefined && judgement.state !== asked.parameters.state) continue;
        if (selected.length > limit) continue;
        const row = rowOf({ dag, judgement, tally, isCurrentKnown, failedTasks: failed }, window.until);
        const after = { after: dag.id, offset: chunk.offset + index + 1, until: window.until };
        selected.push({ row, dag, position: after });
      }
    }
    noteFaults(parts, reading);
    const last = lastOf(reading.chunks);
    const isEnd = reading.cut === null && (last === null || last.offset >= reading.total);
    if (isEnd && totals.dags === 0 && position === null) await refuseUnknown(asked);
    if (selected.length <= limit && reading.cut === null && !isEnd && last !== null) {
      from = { ...last, until: window.until };
      continue;
    }
    const page = selected.slice(0, limit);
    if (position !== null && reading.cut !== null && page.length === 0) throw reading.cut;
    await addLastRuns(asked, page);
    const next =
      selected.length > limit
        ? (page.at(-1)?.position ?? null)
        : isTime(reading.cut) && last !== null
          ? { ...last, until: window.until }
          : null;
    return {
      summary: position === null && reading.cut === null ? summaryOf(totals, readable) : null,
      rows: page.map(({ row }) => row),
      next,
      positions: page.map((one) => one.position),
      isCut: reading.cut !== null,
    };
  }
}

/** DAGs that rest are not judged by their runs, so their last ones are asked for where they are shown. */
async function addLastRuns({ lists, parts, window }: Asked, page: { row: DagRow; dag: Dag }[]): Promise<void> {
  const resting = page.filter(({ row, dag }) => dag.isPaused && row.last_run === null && row.runs !== null);
  if (resting.length === 0) return;
  const ids = resting.map(({ dag }) => dag.id);
  const runs = await parts.of('last_runs', () => newestEnded(lists, ids));
  const byDag = new Map((runs ?? []).map((run) => [run.dag, run]));
  for (const { row } of resting) {
    const run = byDag.get(row.dag);
    if (run !== undefined) row.last_run = lastRunOf(run, window.until);
  }
}
