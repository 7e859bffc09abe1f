/** What is wrong in the fleet, and why it is called wrong: each a rule in one place, with the figure that it rests on. */
import { type View, viewPath } from '../../address/view-address.ts';
import { bytes, count, plural, share } from '../../words/numbers.ts';
import { span } from '../../words/times.ts';
import { airflowConcerns } from '../airflow/airflow-concerns.ts';
import { constantConcerns } from '../constants/constant-concerns.ts';
import type { FleetRow } from './fleet-row.ts';
import { isOfRecord } from './record-faults.ts';

/** `bad`: something fails, or soon will; `warn`: look at it this week; `note`: good to know. */
export type Severity = 'bad' | 'warn' | 'note';

export interface Concern {
  severity: Severity;
  environment: string;
  /** A few words, the same for all of a kind. */
  what: string;
  /** The figure, and why it is called wrong. */
  why: string;
  /** Where it is seen. */
  href: string;
}

/** From here on the disk is too full to wait for the next planning. */
const DISK_BAD_DAYS = 14;
const DISK_WARN_DAYS = 60;
/** Where no trend says more. RDS itself warns at 10 % of the disk, whose size is not known here. */
const MIN_FREE_BYTES = 2 * 1024 ** 3;
/** WAL that a slot holds back; PostgreSQL's own default for `max_slot_wal_keep_size` has no limit. */
const MAX_WAL_BYTES = 1024 ** 3;
/** Growth of a bucket in 30 days. */
const MAX_BUCKET_GROWTH = 0.25;
/** Of those who count for the licence. */
const MAX_NEVER_SHARE = 0.1;

const RANK: Readonly<Record<Severity, number>> = { bad: 0, warn: 1, note: 2 };

/**
 * Of all rows, the worst first; within a severity in the order of the rules, then by name.
 *
 * @param recordIsOld said once above the list, and not again of each environment
 */
export function concernsOf(rows: readonly FleetRow[], recordIsOld = false): Concern[] {
  return rows
    .flatMap((row) => RULES.filter((rule) => rule !== oldFigures || !recordIsOld).flatMap((rule) => [...rule(row)]))
    .toSorted((one, other) => RANK[one.severity] - RANK[other.severity]);
}

/** The worst of an environment; `null`: nothing is wrong. */
export function worstOf(concerns: readonly Concern[], name: string): Severity | null {
  return concerns.find(({ environment }) => environment === name)?.severity ?? null;
}

type Rule = (row: FleetRow) => Iterable<Concern>;

const RULES: readonly Rule[] = [
  failedParts,
  diskFills,
  airflowOf,
  constantsWrong,
  slotsHold,
  bucketGrows,
  oldFigures,
  unusedAccounts,
];

function concern(severity: Severity, { environment }: FleetRow, view: View, what: string, why: string): Concern {
  return { severity, environment, what, why, href: viewPath(environment, view) };
}

/** The last recording of a route failed: its figures are old, or there are none. A record that cannot be read is said once for all. */
function* failedParts(row: FleetRow) {
  const parts = [
    ['files', 'storage', row.buckets],
    ['database', 'tables', row.tables],
    ['users', 'users', row.users],
    ['constants', 'constants', row.constants],
    ['Airflow', 'airflow', row.airflow],
  ] as const;
  // One database that is away fails tables and users alike: it is said once.
  const told = new Set<string>();
  for (const [name, view, part] of parts) {
    const error = part?.error;
    if (!error || told.has(error.detail) || isOfRecord(error)) continue;
    told.add(error.detail);
    const figures = part.summary === null ? 'There are no figures.' : 'What is shown is from before.';
    yield concern('bad', row, view, `${name} cannot be read`, `${error.title}: ${error.detail} ${figures}`);
  }
  for (const { bucket, error } of row.buckets?.summary?.buckets ?? []) {
    if (error)
      yield concern('bad', row, 'storage', 'bucket cannot be read', `${bucket}: ${error.title}. ${error.detail}`);
  }
}

function* diskFills(row: FleetRow) {
  const free = row.tables?.summary?.database.server.free_bytes ?? null;
  if (free === null) return;
  const { disk } = row;
  if (disk?.daysLeft != null && disk.daysLeft < DISK_WARN_DAYS) {
    const pace = disk.basis === 'free-space' ? 'its free space shrinks by' : 'the database grows by';
    const why = `${bytes(free)} free, and ${pace} ${bytes(disk.bytesPerDay)} a day (the last ${disk.points} recorded days).`;
    const severity = disk.daysLeft < DISK_BAD_DAYS ? 'bad' : 'warn';
    yield concern(severity, row, 'overview', `disk full in ${span(disk.daysLeft)}`, why);
  } else if (free < MIN_FREE_BYTES) {
    yield concern(
      'warn',
      row,
      'overview',
      'little disk left',
      `${bytes(free)} free; under ${bytes(MIN_FREE_BYTES)} one large index can fill it.`,
    );
  }
}

function* airflowOf(row: FleetRow) {
  const summary = row.airflow?.summary;
  if (!summary) return;
  for (const { severity, what, why } of airflowConcerns(summary)) yield concern(severity, row, 'airflow', what, why);
}

function* constantsWrong(row: FleetRow) {
  const summary = row.constants?.summary;
  if (!summary) return;
  for (const { severity, what, why } of constantConcerns(summary)) yield concern(severity, row, 'constants', what, why);
}

function* slotsHold(row: FleetRow) {
  const server = row.tables?.summary?.database.server;
  const [slots, wal] = [server?.inactive_slots ?? 0, server?.wal_retained_bytes ?? 0];
  if (slots > 0) {
    yield concern(
      'warn',
      row,
      'overview',
      'replication slot that nobody reads',
      `${plural(slots, 'slot')} without a reader: WAL is kept for ever (${bytes(wal)} now), until the disk is full.`,
    );
  } else if (wal > MAX_WAL_BYTES) {
    yield concern('warn', row, 'overview', 'much WAL is held back', `${bytes(wal)}: a replication slot is far behind.`);
  }
}

function* bucketGrows(row: FleetRow) {
  for (const { bucket, size_bytes, growth } of row.buckets?.summary?.buckets ?? []) {
    if (size_bytes === null || growth === null || size_bytes === 0) continue;
    const grows = (growth.forecast_30_days_bytes - size_bytes) / size_bytes;
    if (grows > MAX_BUCKET_GROWTH) {
      yield concern(
        'warn',
        row,
        'storage',
        'bucket grows fast',
        `${bucket} by ${share(grows)} in 30 days, at ${bytes(growth.bytes_per_day)} a day.`,
      );
    }
  }
}

function* oldFigures(row: FleetRow) {
  const old = [row.buckets, row.tables, row.users, row.constants, row.airflow].some(
    (part) => part?.stale === true && part.error === null,
  );
  if (old)
    yield concern('warn', row, 'overview', 'figures are old', 'The record is older than two runs of the recorder.');
}

function* unusedAccounts(row: FleetRow) {
  const { licence, last_login } = row.users?.summary ?? {};
  const never = last_login?.never ?? 0;
  const counted = (licence?.internal ?? 0) + (licence?.external ?? 0);
  if (licence && counted > 0 && never / counted > MAX_NEVER_SHARE) {
    yield concern(
      'note',
      row,
      'users',
      'accounts that nobody uses',
      `${count(never)} of ${count(counted)} who count for the licence have never logged in.`,
    );
  }
}
