/** One figure of an environment: what the record keeps over time, and what monitoring systems are told. */
import * as z from 'zod/mini';

export const figure = z.object({
  /** What is measured: `table_total_bytes` … the names of `FIGURES`, and whatever a newer release adds. */
  figure: z.string(),
  /** Which of several, by label: `{ table: 'sales$order', entity: 'Sales.Order' }`; `{}`: there is one. */
  labels: z.record(z.string(), z.string()),
  /** `null`: not known. */
  value: z.nullable(z.number()),
  /** Left out: it is exact. */
  exact: z.optional(z.boolean()),
  /** What is no number: a fingerprint. */
  state: z.optional(z.nullable(z.string())),
});

export type Figure = z.output<typeof figure>;

/** What is known of a figure beforehand. */
export interface FigureKind {
  /** `seconds`: a time, in seconds since 1970, as Prometheus has times. */
  unit: 'bytes' | 'count' | 'seconds' | 'fingerprint' | 'changes';
  /** Labels that tell two apart; any other describes. They make the `subject` of the history. */
  subject: readonly string[];
}

/** Every figure that is recorded. Names never change; a new one is a line here. */
export const FIGURES = {
  bucket_size_bytes: { unit: 'bytes', subject: ['bucket', 'storage_type'] },
  bucket_objects: { unit: 'count', subject: ['bucket'] },
  database_size_bytes: { unit: 'bytes', subject: [] },
  database_free_bytes: { unit: 'bytes', subject: [] },
  table_total_bytes: { unit: 'bytes', subject: ['table'] },
  table_estimated_rows: { unit: 'count', subject: ['table'] },
  table_dead_rows: { unit: 'count', subject: ['table'] },
  table_vacuumed_timestamp_seconds: { unit: 'seconds', subject: ['table'] },
  users: { unit: 'count', subject: ['kind', 'user_type', 'active'] },
  users_last_login: { unit: 'count', subject: ['span'] },
  users_licence: { unit: 'count', subject: ['user_type'] },
  constants: { unit: 'count', subject: ['state'] },
  constant_findings: { unit: 'count', subject: ['finding'] },
  storage_audit_bytes: { unit: 'bytes', subject: ['class'] },
  storage_audit_objects: { unit: 'count', subject: ['class'] },
  airflow_dag_runs: { unit: 'count', subject: ['state'] },
  airflow_dags: { unit: 'count', subject: ['state'] },
  airflow_tasks: { unit: 'count', subject: ['state'] },
  airflow_import_errors: { unit: 'count', subject: [] },
  airflow_component_healthy: { unit: 'count', subject: ['component'] },
  constant_fingerprint: { unit: 'fingerprint', subject: ['constant'] },
  constant_changed: { unit: 'changes', subject: ['constant'] },
} as const satisfies Record<string, FigureKind>;

export type FigureName = keyof typeof FIGURES;

/** A figure of a known kind. @param value `undefined` and `null`: not known */
export function figureOf(
  name: FigureName,
  labels: Readonly<Record<string, string>>,
  value: number | null | undefined,
): Figure {
  return { figure: name, labels: { ...labels }, value: value ?? null };
}

/**
 * What the history calls the subject of a figure: the values of its labels that tell it apart.
 *
 * @example subjectOf({ figure: 'users', labels: { kind: 'named', user_type: 'internal', active: 'true' }, … })
 * // 'named internal true'
 */
export function subjectOf({ figure: name, labels }: Figure): string {
  const kind: FigureKind | undefined = Object.hasOwn(FIGURES, name) ? FIGURES[name as FigureName] : undefined;
  return (kind?.subject ?? Object.keys(labels)).map((label) => labels[label] ?? '').join(' ');
}

/** What the history calls a table. Mendix has its tables in `public`; any other schema is a part of the name. */
export function tableSubject(schema: string | undefined, table: string): string {
  return schema === 'public' || schema === undefined ? table : `${schema}.${table}`;
}
