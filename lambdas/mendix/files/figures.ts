/** Number and size of an app's files as its database has them: one pass over the documents, whatever their number. */
import type { FileCatalog, FileQueries } from './catalog.ts';

export interface FileCount {
  /** Documents with contents. */
  file_count: number;
  /** Bytes of those whose size is known. */
  size_bytes: number;
}

export interface FileFigures extends FileCount {
  /** The server's clock when it was asked. */
  as_of: string;
  /** Size -1: Mendix has not measured them yet. */
  not_sized: number;
  /** Size 0: Mendix found no file, or one that is empty. */
  not_found: number;
  /** Documents with contents and without a storage key; `null`: the schema has no such keys. */
  without_key: number | null;
  /** Most bytes first. */
  by_entity: (FileCount & { entity: string })[];
  /** Oldest first; `month` is `null` for documents without a date. */
  by_month: (FileCount & { month: string | null })[];
}

/** One entity's documents of one month, as JSON. */
interface Group extends FileCount {
  entity: string;
  month: string | null;
  not_sized: number;
  not_found: number;
  without_key: number;
}

/**
 * Reads them. A specialized document has a row in System.FileDocument and one in each specialization: only the first is
 * read, which counts each file once. Negative sizes and 0 are no sizes (Mendix's own figure leaves them in its sum).
 *
 * @throws DatabaseUnavailableError, UpstreamTimeoutError, UpstreamFailedError
 */
export async function fileFigures(queries: FileQueries, { documents }: FileCatalog): Promise<FileFigures> {
  const { table, entity, uuid } = documents;
  const [row] = await queries.query<{ now: Date; groups: Group[] | null }>(`
    SELECT now() AS now, (SELECT json_agg(g) FROM (
      SELECT ${entity} AS entity, to_char(date_trunc('month', createddate), 'YYYY-MM') AS month,
        count(*) AS file_count, coalesce(sum(size) FILTER (WHERE size > 0), 0) AS size_bytes,
        count(*) FILTER (WHERE size < 0 OR size IS NULL) AS not_sized, count(*) FILTER (WHERE size = 0) AS not_found,
        count(*) FILTER (WHERE coalesce(${uuid ?? 'NULL::text'}, '') = '') AS without_key
      FROM ${table} WHERE hascontents GROUP BY ${entity}, date_trunc('month', createddate)) g) AS groups`);
  if (row === undefined) throw new Error('a SELECT without FROM gave no row');
  const groups = row.groups ?? [];
  const sum = (of: (group: Group) => number) => groups.reduce((total, group) => total + of(group), 0);
  return {
    as_of: row.now.toISOString(),
    file_count: sum(({ file_count }) => file_count),
    size_bytes: sum(({ size_bytes }) => size_bytes),
    not_sized: sum(({ not_sized }) => not_sized),
    not_found: sum(({ not_found }) => not_found),
    without_key: uuid === null ? null : sum(({ without_key }) => without_key),
    by_entity: sums(groups, ({ entity }) => entity)
      .map(([name, count]) => ({ entity: name, ...count }))
      .sort((a, b) => b.size_bytes - a.size_bytes || (a.entity < b.entity ? -1 : 1)),
    by_month: sums(groups, ({ month }) => month)
      .map(([month, count]) => ({ month, ...count }))
      .sort((a, b) => ((a.month ?? '') < (b.month ?? '') ? -1 : 1)),
  };
}

function sums<Key>(groups: readonly Group[], keyOf: (group: Group) => Key): [Key, FileCount][] {
  const byKey = new Map<Key, FileCount>();
  for (const group of groups) {
    const before = byKey.get(keyOf(group)) ?? { file_count: 0, size_bytes: 0 };
    byKey.set(keyOf(group), {
      file_count: before.file_count + group.file_count,
      size_bytes: before.size_bytes + group.size_bytes,
    });
  }
  return [...byKey];
}
