/** What PostgreSQL does for a statement, counted in rows: the same on every machine, whatever else runs on it. */
import type { Client } from 'pg';

interface PlanNode {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

/** A statement with the values of its placeholders. */
export interface Statement {
  text: string;
  values: readonly unknown[];
}

/** Rows that the nodes of a plan touched, all together. */
function touched(node: PlanNode): number {
  const rows = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  return rows * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, plan) => sum + touched(plan), 0);
}

/** Runs the statement, and gives the rows that its plan touched, those that a filter or a join dropped included. */
export async function rowsTouchedBy(client: Client, { text, values }: Statement): Promise<number> {
  const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...values]);
  return touched((rows as [{ 'QUERY PLAN': [{ Plan: PlanNode }] }])[0]['QUERY PLAN'][0].Plan);
}

/** As an upgrade to a new major version of PostgreSQL before 18 leaves an app's tables, until somebody runs ANALYZE. */
export const EMPTY_STATISTICS = [
  `DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)`,
  `UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')`,
];

/** The same for PostgreSQL's own catalogs. */
export const EMPTY_CATALOG_STATISTICS = [
  `DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace)`,
  `UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
   WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'i')`,
];
