/** The answer of `/airflow_health` as the console reads it. Optional throughout: an Airflow may not know a part. */

/** A DAG's state, by the API. */
export type DagState = 'failing' | 'late' | 'running_long' | 'paused' | 'never_ran' | 'healthy';

export interface DagRun {
  run_id: string;
  state: string;
  started: string | null;
  ended: string | null;
  duration_s: number | null;
}

export interface Dag {
  dag: string;
  state: DagState | null;
  schedule: string | null;
  next_run: string | null;
  late_by_s: number | null;
  last_run: DagRun | null;
  runs: { success: number; failed: number } | null;
  success_rate: number | null;
  duration_p50_s: number | null;
  duration_p95_s: number | null;
  failed_tasks: string[];
  owners: string[];
  tags: string[];
}

export interface AirflowHealth {
  environment: string;
  as_of: string;
  airflow: { version: string | null } | null;
  /** By name; a component says its status alone or with its heartbeat. */
  components: Record<string, string | { status?: string | null; heartbeat?: string | null } | null> | null;
  summary: {
    dags: number | null;
    paused: number | null;
    import_errors: number | null;
    runs: Record<string, number | null> | null;
    success_rate: number | null;
    late: number | null;
    running_long: number | null;
    pools: { pool: string; slots: number; occupied: number | null; queued: number | null }[] | null;
  } | null;
  dags?: Dag[];
  import_errors: { file: string; message: string }[] | null;
  complete: boolean;
  next_cursor: string | null;
}

/** The status of a component, whichever way it is said. */
export function statusOf(component: string | { status?: string | null } | null | undefined): string | null {
  if (component === null || component === undefined) return null;
  return typeof component === 'string' ? component : (component.status ?? null);
}
