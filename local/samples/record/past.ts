/**
 * Gives the sample record ninety days before its first: what the recorder wrote today is projected backwards, and
 * written by the record's own writer. Days that were recorded stay as they are.
 */
import type { Metric } from '@mrt/local-aws/cloudwatch/metric.ts';
import { parseChanges } from '../../../lambdas/record/changes.ts';
import { type HistoryRow, merged } from '../../../lambdas/record/history.ts';
import { decodeHistory } from '../../../lambdas/record/history-reader.ts';
import { encodeHistory } from '../../../lambdas/record/history-writer.ts';
import { packed } from '../../../lambdas/record/latest.ts';
import { changesKey, historyKey } from '../../../lambdas/record/layout.ts';
import { type PastDay, pastDays } from './calendar.ts';
import { type PastChange, pastChanges, withPastChanges } from './changes.ts';
import { pastFigures } from './figures.ts';

/** Of more, only the first have a past: it takes a second for ten of them. */
const MAX_ENVIRONMENTS = 70;

/** The record bucket of a local run. */
export interface RecordObjects {
  keys(): string[];
  /** The same object each time until somebody writes it. */
  read(key: string): Uint8Array | null;
  write(key: string, body: Uint8Array): void;
}

/** `history/tenant=bank-a/route=users/environment=bank-a-prod/…`, or without the tenant. */
const HISTORY_KEY = /^history\/(?:tenant=([^/]+)\/)?route=([^/]+)\/environment=([^/]+)\//;
const DAY_MS = 86_400_000;
const CONSTANTS = 'micro_flow_constants';

/**
 * Writes the days of every environment that has been recorded today, up to seventy of them.
 *
 * @param metrics what CloudWatch has of the buckets, so that both tell the same past
 */
export async function writePast(objects: RecordObjects, metrics: readonly Metric[], now: Date): Promise<void> {
  const month = now.toISOString().slice(0, 7);
  const environments = new Set<string>();
  for (const key of objects.keys()) {
    const [, tenant = null, route, environment] = HISTORY_KEY.exec(key) ?? [];
    if (route === undefined || environment === undefined) continue;
    if (key !== historyKey(route, environment, month, tenant)) continue;
    if (!environments.has(environment) && environments.size === MAX_ENVIRONMENTS) continue;
    environments.add(environment);
    await writeRoute(objects, metrics, { tenant, route, environment }, now);
    // Between two of them the API has its turn: this is the process that answers for all of AWS.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A route's history of one environment; `tenant`: in whose part of the record, `null` that of all others. */
interface Place {
  tenant: string | null;
  route: string;
  environment: string;
}

async function writeRoute(objects: RecordObjects, metrics: readonly Metric[], place: Place, now: Date): Promise<void> {
  const { tenant, route, environment } = place;
  const today = now.toISOString().slice(0, 10);
  const file = objects.read(historyKey(route, environment, today.slice(0, 7), tenant));
  const rows = (file === null ? [] : await decodeHistory(file)).filter(({ date }) => date === today);
  if (rows.length === 0) return;
  const days = pastDays(environment, now);
  const changes = route === CONSTANTS ? writeChanges(objects, place, rows, days) : [];
  const past = pastFigures(environment, rows, days, now, changes, (row, day) => measured(metrics, row, day));
  for (const [month, added] of Map.groupBy(past, ({ date }) => date.slice(0, 7))) {
    await writeMonth(objects, historyKey(route, environment, month, tenant), added);
  }
}

/** Adds the rows of days that the month has none of. */
async function writeMonth(objects: RecordObjects, key: string, added: readonly HistoryRow[]): Promise<void> {
  for (;;) {
    const file = objects.read(key);
    const before = file === null ? [] : await decodeHistory(file);
    const recorded = new Set(before.map(({ date }) => date));
    const missing = added.filter(({ date }) => !recorded.has(date));
    if (missing.length === 0) return;
    // The recorder may have written it meanwhile.
    if (objects.read(key) !== file) continue;
    objects.write(key, encodeHistory(merged(missing, before)));
    return;
  }
}

/** @returns what is told of the days in the figures too; nothing where the record has seen changes of its own */
function writeChanges(
  objects: RecordObjects,
  { tenant, environment }: Place,
  today: readonly HistoryRow[],
  days: readonly PastDay[],
): PastChange[] {
  const key = changesKey(environment, tenant);
  const file = objects.read(key);
  const [first] = days;
  if (file === null || first === undefined) return [];
  const names = today.flatMap(({ figure, subject, state }) =>
    figure === 'constant_fingerprint' && state !== null ? [subject] : [],
  );
  const changes = pastChanges(environment, names, days);
  const state = withPastChanges(parseChanges(file), changes, first.taken);
  if (state === null) return [];
  objects.write(key, packed(state));
  return changes;
}

/** `undefined`: no metric is of it; `null`: its point of that day never came. */
function measured(metrics: readonly Metric[], row: HistoryRow, day: PastDay): number | null | undefined {
  if (row.source !== 'metrics') return undefined;
  const [bucket, type = 'AllStorageTypes'] = row.subject.split(' ');
  const name = { bucket_size_bytes: 'BucketSizeBytes', bucket_objects: 'NumberOfObjects' }[row.figure];
  const metric = metrics.find(
    (one) => one.name === name && one.dimensions['BucketName'] === bucket && one.dimensions['StorageType'] === type,
  );
  if (metric === undefined) return undefined;
  // What was the newest in that night: of the day before the last midnight.
  const at = Date.parse(day.date) - DAY_MS;
  return metric.points(at, at + DAY_MS).at(-1)?.value ?? null;
}
