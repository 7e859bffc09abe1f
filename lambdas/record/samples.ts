/** Recorded figures as metrics, with the age of each and whether its source answers. */
import type { MetricFamily } from '../exchange.ts';
import type { FigureName } from './figure.ts';
import type { Recorded } from './latest.ts';

/** In words; a figure that a newer recorder adds has none yet. */
const HELP: Partial<Record<FigureName, string>> = {
  bucket_size_bytes: 'Bytes in a bucket by storage type, of a listing by storage class.',
  bucket_objects: 'Objects in a bucket; from CloudWatch with versions and upload parts.',
  database_size_bytes: 'Bytes of the database on its disk.',
  database_free_bytes: 'Free disk space of the database server.',
  table_total_bytes: 'Bytes of the largest tables with indexes and TOAST.',
  table_estimated_rows: 'Rows of the largest tables, as PostgreSQL estimates them.',
  table_dead_rows: 'Rows of the largest tables that were deleted or changed and not yet vacuumed.',
  table_vacuumed_timestamp_seconds:
    'When the largest tables were last vacuumed, by hand or by autovacuum; one that never was has no sample.',
  users: 'Users by kind, user type and whether they may log in.',
  users_last_login: 'Active named users by the time of their last login; longer spans include shorter ones.',
  users_licence: 'Users as Mendix counts them for the licence, of this app alone.',
  constants: 'Constants by state.',
  constant_findings: 'Constants that somebody should look at, by what was found; without findings there is no sample.',
  storage_audit_bytes:
    'Bytes of files by what the daily audit found of bucket and database; of missing ones the database’s.',
  airflow_dag_runs: 'Runs of DAGs that ended within a day, by how they ended, and those under way.',
  airflow_dags: 'DAGs by state.',
  airflow_tasks: 'Task instances that wait or run.',
  airflow_import_errors: 'Files that Airflow cannot read DAGs from.',
  airflow_component_healthy:
    'Whether Airflow calls its component healthy: 1, or 0; without a sample where it has none.',
  storage_audit_objects: 'Objects by what the daily audit found; of missing ones documents.',
};
const AGE = { name: 'mrt_figure_age_seconds', help: 'Seconds since the figures of a route were recorded.' };
const UP = { name: 'mrt_source_up', help: 'Whether the last recording gave figures: 1, or 0 and they are older ones.' };

/** A metric's or label's name (Prometheus, "Data model"); anything else would spoil the whole answer. */
const NAME = /^[a-z_][a-z0-9_]*$/;

/** What one environment has, as far as the caller may read it. */
export interface Readable {
  environment: string;
  /** By route; `null`: nothing was ever recorded of it. */
  routes: Readonly<Record<string, Recorded | null>>;
}

/**
 * The metrics, by name. Figures that are not known are left out, and never 0. No sample has a time of its own: Prometheus
 * would drop one of yesterday, so how old figures are is a metric itself.
 *
 * @param now what ages are reckoned from
 */
export function familiesOf(readable: readonly Readable[], now: Date): MetricFamily[] {
  const families = new Map<string, MetricFamily>();
  const add = (name: string, help: string, labels: Record<string, string>, value: number) => {
    const family = families.get(name) ?? { name, help, samples: [] };
    family.samples.push({ labels, value });
    families.set(name, family);
  };
  for (const { environment, routes } of readable) {
    for (const [route, recorded] of Object.entries(routes)) {
      const { figures = [], taken_at = null, error = null } = recorded ?? {};
      add(UP.name, UP.help, { environment, route }, error === null && taken_at !== null ? 1 : 0);
      if (taken_at === null) continue;
      const age = Math.max(0, Math.round((now.getTime() - Date.parse(taken_at)) / 1_000));
      add(AGE.name, AGE.help, { environment, route }, age);
      for (const { figure, labels, value } of figures) {
        if (value === null || !NAME.test(figure) || !Object.keys(labels).every((label) => NAME.test(label))) continue;
        add(`mrt_${figure}`, HELP[figure as FigureName] ?? 'As recorded.', { environment, ...labels }, value);
      }
    }
  }
  return [...families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
