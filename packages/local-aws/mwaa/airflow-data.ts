/** What an Airflow stand-in holds. Times are milliseconds since the epoch. */

/** A DAG, with what its tasks are called. */
export interface ModelDag {
  id: string;
  /** A cron expression or a preset; `null`: none. */
  schedule: string | null;
  isPaused: boolean;
  owners: string[];
  tags: string[];
  /** When its next run is to be made; `null`: none is planned. */
  nextRun: number | null;
  tasks: string[];
}

/** A run of a DAG. */
export interface ModelRun {
  dag: string;
  id: string;
  type: 'scheduled' | 'manual';
  state: 'queued' | 'running' | 'success' | 'failed';
  queued: number;
  started: number | null;
  ended: number | null;
  /** The task that failed; `null`: none has. */
  failedTask: string | null;
  conf: unknown;
}

export interface ModelPool {
  name: string;
  slots: number;
  running: number;
  queued: number;
}

/** A whole Airflow. */
export interface AirflowData {
  /** `2.10.3`, `3.0.6` … decides which API it has. */
  version: string;
  dags: ModelDag[];
  runs: ModelRun[];
  importErrors: { file: string; trace: string; at: number }[];
  pools: ModelPool[];
  /** By component; `null`: it does not say. Of its heartbeat, how old it is in milliseconds. */
  components: Record<'scheduler' | 'triggerer' | 'dag_processor', { status: string | null; beatAge: number | null }>;
}
