/**
 * An environment that has become a tenant's with a role of its own, or has another owner now: its past goes with it into the
 * new owner's part of the record, once, and what it leaves behind is emptied. Older states are gone after a week, with the
 * versions of the bucket (lib/records).
 */
import { type ConstantChanges, changesAfter, parseChanges } from '../record/changes.ts';
import { decodeHistory } from '../record/history-reader.ts';
import { encodeHistory } from '../record/history-writer.ts';
import type { EnvironmentState } from '../record/latest.ts';
import { changesKey, environmentPrefix } from '../record/layout.ts';
import { utc } from '../utc.ts';
import { PARQUET, writeHistory } from './month.ts';
import type { Run } from './run-options.ts';
import { readVersioned, writePacked, writeVersioned } from './store.ts';

/**
 * Moves the months of each route, and then the changes of constants. After a crash the next turn does the same again: rows
 * that have moved are merged with themselves, and what is empty moves nothing.
 *
 * Of `bank-a-prod`, which has become bank-a's, `history/route=users/environment=bank-a-prod/month=2026-11/…` is
 * `history/tenant=bank-a/route=users/environment=bank-a-prod/month=2026-11/…` afterwards, and has no row where it was.
 *
 * @param state the environment's memory, with the part that it was in
 * @param tenant whose part it is in now
 * @throws as `takeTurn`
 */
export async function moveHistory(
  environment: string,
  { tenant: before = null, history }: EnvironmentState,
  tenant: string | null,
  run: Run,
): Promise<void> {
  const { store, signal } = run;
  for (const route of Object.keys(history)) {
    const [from, to] = [before, tenant].map((owner) => environmentPrefix(route, environment, owner)) as [
      string,
      string,
    ];
    for (const key of await store.keysBelow(from, signal)) await moveMonth(key, to + key.slice(from.length), run);
  }
  await moveChanges(environment, before, tenant, run);
}

async function moveMonth(from: string, to: string, { store, signal }: Run): Promise<void> {
  const month = await readVersioned(store, from, decodeHistory, signal);
  if (month.content === null || month.content.length === 0) return;
  await writeHistory(store, to, month.content, signal);
  await writeVersioned(store, from, month, encodeHistory([]), signal, PARQUET);
}

async function moveChanges(environment: string, before: string | null, tenant: string | null, run: Run): Promise<void> {
  const { store, signal, now } = run;
  const [from, to] = [before, tenant].map((owner) => changesKey(environment, owner)) as [string, string];
  const left = await readVersioned(store, from, parseChanges, signal);
  if (isEmpty(left.content)) return;
  const there = await readVersioned(store, to, parseChanges, signal);
  if (isEmpty(there.content)) await writePacked(store, to, there, left.content ?? {}, signal);
  await writePacked(store, from, left, changesAfter(null, new Map(), new Set(), utc(now), null).state, signal);
}

function isEmpty(changes: ConstantChanges | null): boolean {
  return changes === null || Object.keys(changes.constants).length + changes.changes.length === 0;
}
