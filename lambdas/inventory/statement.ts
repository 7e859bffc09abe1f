/**
 * The one SQL text over a report, for Athena and for DuckDB. It reads the report once, and gives all totals as rows of
 * their own: Athena asks money for what is read, not for what is done with it.
 */

import type { CountRules } from '../upstreams/s3/listing/tally.ts';
import { type AskedReport, literal, withReport } from './columns-as-read.ts';

/** What is asked of which report. */
export interface Question extends AskedReport {
  /** Of which keys, by the same rules as in a listing. */
  rules: CountRules;
  /** Of the report; ages are reckoned from it. */
  as_of: Date;
}

/** Ages of objects, in days up to which each reaches; the last has no end. */
export const AGES = [
  { age: 'under_30_days', days: 30 },
  { age: '30_to_90_days', days: 90 },
  { age: '90_to_365_days', days: 365 },
  { age: 'over_365_days', days: null },
] as const;

/** What current objects are summed up by, beside their prefixes. */
export const GROUPS = ['storage_class', 'age', 'encryption_status', 'replication_status'] as const;
export type Group = (typeof GROUPS)[number];

/** Rows of one group at most, the largest first: a bucket may have as many prefixes as objects. */
export const MAX_ROWS_OF_A_GROUP = 1_000;

const DAY_MS = 86_400_000;

/**
 * Columns of the answer: `part` (which group: a name of {@link GROUPS}, `level_1` …, or `all`), `kind` (`current`,
 * `noncurrent`, `delete_marker`), `label`, `objects`, `bytes` (of those with a size), `sized`, `labels` (how many labels there
 * are, of which some may be left out).
 */
export function totalsStatement(question: Question): string {
  const { rules } = question;
  const levels = Array.from({ length: rules.depth }, (_, index) => `level_${index + 1}`);
  const groups = [...GROUPS, ...levels];
  const ofGroup = groups.map((name) => `WHEN grouping(${name}) = 0 THEN ${literal(name)}`).join(' ');
  return `${withReport(question)}, counted AS (
  SELECT CASE WHEN is_delete_marker THEN 'delete_marker' WHEN is_latest THEN 'current' ELSE 'noncurrent' END AS kind,
    size, storage_class, encryption_status, replication_status, ${ageOf(question)} AS age${levels
      .map((name, index) => `,\n    ${levelOf(rules, index + 1)} AS ${name}`)
      .join('')}
  FROM report
  WHERE ${keyConditions(rules).join(' AND ')}
), summed AS (
  SELECT CASE ${ofGroup} ELSE 'all' END AS part, kind, coalesce(${groups.join(', ')}) AS label,
    count(*) AS objects, CAST(coalesce(sum(size), 0) AS bigint) AS bytes, count(size) AS sized
  FROM counted
  GROUP BY GROUPING SETS ((kind)${groups.map((name) => `, (kind, ${name})`).join('')})
), ranked AS (
  SELECT part, kind, label, objects, bytes, sized, count(*) OVER (PARTITION BY part) AS labels,
    row_number() OVER (PARTITION BY part ORDER BY bytes DESC, label) AS place
  FROM summed
  WHERE part = 'all' OR (kind = 'current' AND (label IS NOT NULL OR part NOT LIKE 'level%'))
)
SELECT part, kind, label, objects, bytes, sized, labels
FROM ranked
WHERE place <= ${MAX_ROWS_OF_A_GROUP}
ORDER BY part, place`;
}

/** The keys of the environment and of the request, as a listing counts them. */
function keyConditions({ prefix, pattern, pattern_after }: CountRules): string[] {
  const conditions = [
    ...(prefix === '' ? [] : [`starts_with(key, ${literal(prefix)})`]),
    ...(pattern === null
      ? []
      : [`regexp_like(substr(key, ${[...pattern_after].length + 1}), ${literal(pattern.source)})`]),
  ];
  return conditions.length === 0 ? ['true'] : conditions;
}

/** With prefix `a/` and level 2, of `a/b/c/d.txt` it is `a/b/c/`; of `a/d.txt` there is none. */
function levelOf({ prefix }: CountRules, level: number): string {
  const rest = `substr(key, ${[...prefix].length + 1})`;
  // Where nothing matches Trino gives null and DuckDB an empty text.
  return `${literal(prefix)} || NULLIF(regexp_extract(${rest}, '^([^/]*/){${level}}'), '')`;
}

/** By when it was last written, against the report's own time; texts of CSV are ISO 8601 and have its order. */
function ageOf({ format, columns, as_of }: Question): string {
  if (!columns.has('last_modified_date')) return 'CAST(NULL AS varchar)';
  const since = (days: number) => {
    const time = new Date(as_of.getTime() - days * DAY_MS).toISOString();
    return format === 'csv' ? literal(time) : `TIMESTAMP ${literal(time.replace('T', ' ').replace('Z', ''))}`;
  };
  const cases = AGES.map(({ age, days }) =>
    days === null ? `ELSE ${literal(age)}` : `WHEN modified > ${since(days)} THEN ${literal(age)}`,
  );
  // Without a time it is of no age: the comparisons would leave it to the last one.
  return `CASE WHEN modified IS NULL THEN NULL ${cases.join(' ')} END`;
}
