/** Reads DAGs on from where a cursor stands, and tells where the next one does. */
import type { AboutRuns, Asked } from './asked.ts';
import { filterOf } from './dag-filter.ts';
import type { Parts } from './parts.ts';
import type { Position } from './position.ts';
import { type Chunk, type Question, type Reading, readDags } from './reading.ts';

/** `null`: not one DAG could be read, as `missing` says. */
export async function readFrom(
  { lists, parts, parameters, window, position }: Asked,
  { current }: AboutRuns,
  maxPages: number,
): Promise<Reading | null> {
  // One before, which must be the one that was answered last: whatever came or went since moves the rest.
  const offset = Math.max(0, (position?.offset ?? 0) - 1);
  const question: Question = { filter: filterOf(parameters), window, current, offset, maxPages };
  try {
    const reading = await readDags(lists, question);
    if (reading.cut !== null && reading.chunks.length === 0) {
      if (position !== null) throw reading.cut;
      parts.lacks('dags', reading.cut);
      return null;
    }
    parts.had += 1;
    return reading;
  } catch (error) {
    if (position !== null) throw error;
    parts.lacks('dags', error);
    return null;
  }
}

/** The first chunk begins with the DAG that was answered last, or with others that have taken its place. */
export function withoutSeen(chunks: readonly Chunk[], position: Position | null): Chunk[] {
  const [first, ...others] = chunks;
  if (position === null || first === undefined) return [...chunks];
  const seen = first.dags.findIndex(({ id }) => id === position.after);
  const skip = seen === -1 ? 0 : seen + 1;
  return [{ ...first, offset: first.offset + skip, dags: first.dags.slice(skip) }, ...others];
}

/** Where the last chunk that was read ends. */
export function lastOf(chunks: readonly Chunk[]): { after: string; offset: number } | null {
  const chunk = chunks.findLast(({ dags }) => dags.length > 0);
  const last = chunk?.dags.at(-1);
  return chunk === undefined || last === undefined
    ? null
    : { after: last.id, offset: chunk.offset + chunk.dags.length };
}

export function noteFaults(parts: Parts, { chunks, cut }: Reading): void {
  for (const { error } of chunks) if (error !== null) parts.lacks('runs', error);
  if (cut !== null) parts.lacks('dags', cut);
}
