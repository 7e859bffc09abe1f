/** The fleet's table as rows of a file: the exact figures behind what is shown rounded. */
import type { CsvRow } from '../../words/csv-text.ts';
import { type Concern, worstOf } from './concerns.ts';
import { type FleetRow, fileBytes, fileGrowth, recordedAt } from './fleet-row.ts';

/** One row for each environment, in the order of the API. What is not known is empty, and never 0. */
export function fleetCsv(rows: readonly FleetRow[], concerns: readonly Concern[]): CsvRow[] {
  return rows.map((row) => {
    const { environment, tables, users, constants, airflow, disk } = row;
    const findings = constants?.summary?.findings;
    return {
      environment,
      severity: worstOf(concerns, environment),
      wrong: concerns
        .filter((concern) => concern.environment === environment)
        .map(({ what }) => what)
        .join('; '),
      files_bytes: fileBytes(row),
      files_bytes_per_day: fileGrowth(row),
      database_bytes: tables?.summary?.database.size_bytes,
      free_bytes: tables?.summary?.database.server.free_bytes,
      disk_full_in_days: disk?.daysLeft,
      internal_users: users?.summary?.licence?.internal,
      external_users: users?.summary?.licence?.external,
      constant_findings: findings && Object.values(findings).reduce((sum, number) => sum + number, 0),
      constants_missing: constants?.summary?.missing,
      dags_failing: airflow?.summary?.dags.states?.['failing'],
      recorded_at: recordedAt(row),
    };
  });
}
