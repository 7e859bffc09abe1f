/** Names of the parts of an answer, as `missing` has them. */
export const PARTS = [
  'airflow',
  'dags',
  'runs',
  'runs_under_way',
  'failed_tasks',
  'last_runs',
  'components',
  'import_errors',
  'pools',
  'queue',
  'mwaa',
  'metrics',
] as const;
export type Part = (typeof PARTS)[number];
