/**
 * The one SQL text over a report, for Athena and for DuckDB. It reads the report once, and gives all totals as rows of
 * their own: Athena asks money for what is read, not for what is done with it. Each row of the report is put into one group,
 * and only the groups are then summed up in each way: putting each row into a group of each way takes two to three times as
 * long (docs/figures/inventory.md).
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
  const ways = [...GROUPS, ...levels];
  const ofWay = ways.map((name) => `WHEN grouping(${name}) = 0 THEN ${literal(name)}`).join(' ');
  const { parts, last, folder, ends } = foldersOf(rules);
  return `${[withReport(question), ...parts].join(', ')}, grouped AS (
  SELECT is_delete_marker, is_latest, storage_class, encryption_status, replication_status, ${ageOf(question)} AS age,
    ${folder} AS folder, count(*) AS objects, sum(size) AS bytes, count(size) AS sized${ends
      // One folder has the same ends in each of its keys.
      .map((end) => `, max(${end}) AS ${end}`)
      .join('')}
  FROM ${last}
  WHERE ${keyConditions(rules).join(' AND ')}
  GROUP BY 1, 2, 3, 4, 5, 6, 7
), counted AS (
  SELECT CASE WHEN is_delete_marker THEN 'delete_marker' WHEN is_latest THEN 'current' ELSE 'noncurrent' END AS kind,
    storage_class, encryption_status, replication_status, age, objects, bytes, sized${levels
      .map((name, index) => `,\n    ${literal(rules.prefix)} || substr(folder, 1, end_${index + 1}) AS ${name}`)
      .join('')}
  FROM grouped
), summed AS (
  SELECT CASE ${ofWay} ELSE 'all' END AS part, kind, coalesce(${ways.join(', ')}) AS label,
    CAST(sum(objects) AS bigint) AS objects, CAST(coalesce(sum(bytes), 0) AS bigint) AS bytes,
    CAST(sum(sized) AS bigint) AS sized
  FROM counted
  GROUP BY GROUPING SETS ((kind)${ways.map((name) => `, (kind, ${name})`).join('')})
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

/**
 * Where each level of `/` in a key ends, one after the other, and from them the deepest prefix that is asked for. Looking
 * for a sign takes a fraction of a regular expression's time, and both engines count it alike, in characters.
 *
 * With prefix `a/` and depth 2, `a/b/c/d.txt` ends at 2 and 4 of `b/c/d.txt`, and its folder is `b/c/`; of `a/b/d.txt` the
 * second end is null, and the folder `b/`; of `a/d.txt` both are, and the folder is empty. Of the folder `b/c/` level 1 is
 * `a/b/` and level 2 `a/b/c/`; where an end is null there is no such level.
 */
function foldersOf({ prefix, depth }: CountRules) {
  const rest = prefix === '' ? 'key' : `substr(key, ${[...prefix].length + 1})`;
  const table = (level: number) => (level === 0 ? 'report' : `cut_${level}`);
  const endOf = (level: number) =>
    level === 1
      ? `NULLIF(strpos(${rest}, '/'), 0)`
      : `end_${level - 1} + NULLIF(strpos(substr(${rest}, end_${level - 1} + 1), '/'), 0)`;
  const levels = Array.from({ length: depth }, (_, index) => index + 1);
  return {
    parts: levels.map(
      (level) => `${table(level)} AS (\n  SELECT *, ${endOf(level)} AS end_${level} FROM ${table(level - 1)}\n)`,
    ),
    last: table(depth),
    ends: levels.map((level) => `end_${level}`),
    folder:
      depth === 0
        ? "''"
        : `substr(${rest}, 1, coalesce(${levels
            .map((level) => `end_${level}`)
            .reverse()
            .join(', ')}, 0))`,
  };
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
