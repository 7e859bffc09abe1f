/** An environment as the fleet shows it: what the summaries of all routes say of it, side by side. */
import type { Environment, FleetAnswer } from '@mrt/client';
import type { DiskForecast } from '../../figures/disk-forecast.ts';

/** The answers about several environments; `null`: not asked for, or not there. */
export interface FleetAnswers {
  buckets: FleetAnswer<'/bucket_size'> | null;
  tables: FleetAnswer<'/table_size'> | null;
  users: FleetAnswer<'/users'> | null;
  constants: FleetAnswer<'/micro_flow_constants'> | null;
  airflows: FleetAnswer<'/airflow_health'> | null;
}

type EntryOf<A extends { environments: unknown[] }> = A['environments'][number];

export interface FleetRow {
  environment: string;
  labels: Readonly<Record<string, string>>;
  buckets: EntryOf<FleetAnswer<'/bucket_size'>> | null;
  tables: EntryOf<FleetAnswer<'/table_size'>> | null;
  users: EntryOf<FleetAnswer<'/users'>> | null;
  constants: EntryOf<FleetAnswer<'/micro_flow_constants'>> | null;
  /** `undefined`: not worked out yet; `null`: too little is recorded. */
  disk: DiskForecast | null | undefined;
  /** The database's size on each recorded day; `undefined`: not asked for yet. */
  sizes: readonly (number | null)[] | undefined;
  airflow: EntryOf<FleetAnswer<'/airflow_health'>> | null;
}

/** One row for each environment, in their order. */
export function fleetRows(
  environments: readonly Environment[],
  answers: FleetAnswers,
  disks: ReadonlyMap<string, { forecast: DiskForecast | null; sizes: readonly (number | null)[] }>,
): FleetRow[] {
  const of = <A extends { environments: { environment: string }[] }>(answer: A | null, name: string) =>
    (answer?.environments.find(({ environment }) => environment === name) ?? null) as EntryOf<A> | null;
  return environments.map(({ environment, labels }) => ({
    environment,
    labels,
    buckets: of(answers.buckets, environment),
    tables: of(answers.tables, environment),
    users: of(answers.users, environment),
    constants: of(answers.constants, environment),
    disk: disks.get(environment)?.forecast,
    sizes: disks.get(environment)?.sizes,
    airflow: of(answers.airflows, environment),
  }));
}

/** Whether any figure of it is there: of what is not known nothing is right either. */
export function isKnown({ buckets, tables, users, constants, airflow }: FleetRow): boolean {
  return [buckets, tables, users, constants, airflow].some((part) => part !== null && part.summary !== null);
}

/** Bytes of all buckets of an environment; `null` when one of them is not known. */
export function fileBytes({ buckets }: FleetRow): number | null {
  const parts = buckets?.summary?.buckets;
  if (parts === undefined) return null;
  return parts.reduce<number | null>(
    (sum, { size_bytes }) => (sum === null || size_bytes === null ? null : sum + size_bytes),
    0,
  );
}

/** What all buckets grow by a day; `null` when one has no trend. */
export function fileGrowth({ buckets }: FleetRow): number | null {
  const parts = buckets?.summary?.buckets;
  if (parts === undefined) return null;
  return parts.reduce<number | null>(
    (sum, { growth }) => (sum === null || growth === null ? null : sum + growth.bytes_per_day),
    0,
  );
}

/** The oldest recording that the row shows. */
export function recordedAt(row: FleetRow): string | null {
  const times = [row.buckets, row.tables, row.users, row.constants, row.airflow].flatMap(
    (part) => part?.recorded_at ?? [],
  );
  return times.toSorted((one, other) => one.localeCompare(other))[0] ?? null;
}
