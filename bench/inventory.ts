/**
 * `node bench/inventory.ts 10`: the questions of `source=inventory` over a made report of so many million objects, by DuckDB on
 * this machine: time, processor's time of both threads, memory, and what is read of the report; without `depth`, and with 1 to
 * 3 levels of prefixes. Not part of `npm run bench`, since a hundred million objects take gigabytes and minutes to make. With a
 * folder after the number the report is kept there, and what is there of it is used again.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { REPORT_COLUMNS } from '../lambdas/inventory/columns.ts';
import { totalsStatement } from '../lambdas/inventory/statement.ts';

const MILLION = 1_000_000;
const GIGABYTE = 1_000_000_000;
/** S3 cuts a large report into files; their size is S3's own affair. */
const OBJECTS_OF_A_FILE = 5 * MILLION;

const millions = Number(process.argv[2] ?? 1);
const kept = process.argv[3];
if (kept !== undefined) mkdirSync(kept, { recursive: true });
const folder = kept ?? mkdtempSync(join(tmpdir(), 'mrt-bench-inventory-'));
const objects = Math.min(OBJECTS_OF_A_FILE, millions * MILLION);
const files = Array.from({ length: (millions * MILLION) / objects }, (_, index) =>
  join(folder, `${String(index).padStart(2, '0')}.parquet`),
);

try {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '3GB', threads: '2' });
  const connection = await instance.connect();
  for (const [index, path] of files.entries()) {
    if (existsSync(path)) continue;
    // A Mendix app's keys: UUIDs, a tenth of them as older versions, sizes of documents. A Mendix app has no folders: for more
    // levels than one the same keys lie below 256, each with 256 of its own, each with 16, a million in all.
    await connection.run(`COPY (
      SELECT 'files' AS bucket, "key",
        concat("key"[1:2], '/', "key"[3:4], '/', "key"[5:5], '/', "key") AS folder_key, md5(CAST(i AS varchar)) AS version_id,
        i % 10 <> 0 AS is_latest, i % 200 = 0 AS is_delete_marker, CAST(random() * 400000 AS bigint) AS size,
        TIMESTAMP '2026-11-26 01:00:00' - to_days(CAST(random() * 900 AS integer)) AS last_modified_date,
        CASE WHEN i % 3 = 0 THEN 'STANDARD_IA' ELSE 'STANDARD' END AS storage_class,
        CAST(NULL AS varchar) AS replication_status, 'SSE-S3' AS encryption_status
      FROM (SELECT i, CAST(uuid() AS varchar) AS "key" FROM range(${index * objects}, ${(index + 1) * objects}) made(i)))
      TO '${path}.part' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`);
    renameSync(`${path}.part`, path);
  }
  const list = `[${files.map((path) => `'${path}'`).join(', ')}]`;
  const stored = await connection.runAndReadAll(`SELECT path_in_schema, sum(total_compressed_size) AS bytes
    FROM parquet_metadata(${list}) GROUP BY 1`);
  const asked = new Set<string>(
    REPORT_COLUMNS.map(({ name }) => name).filter((name) => !['bucket', 'version_id'].includes(name)),
  );
  const bytesOf = (isRead: (name: string) => boolean) =>
    stored.getRows().reduce((sum, [name, size]) => sum + (isRead(String(name)) ? Number(size) : 0), 0);
  const bytes = bytesOf((name) => name !== 'folder_key');
  await connection.run(`CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern);
    CREATE VIEW flat AS SELECT *, '2026-11-26-01-00' AS dt FROM read_parquet(${list});
    CREATE VIEW deep AS SELECT * REPLACE (folder_key AS key) FROM flat;`);
  for (const [depth, table] of [
    [0, 'flat'],
    [1, 'flat'],
    [2, 'deep'],
    [3, 'deep'],
  ] as const) {
    const sql = totalsStatement({
      table,
      dt: '2026-11-26-01-00',
      format: 'parquet',
      columns: new Set(REPORT_COLUMNS.map(({ name }) => name)),
      rules: { prefix: '', pattern: null, pattern_after: '', depth },
      as_of: new Date('2026-11-26T01:00:00Z'),
    });
    // Without depth and pattern no key is looked at, and Athena reads no column that nothing looks at.
    const key = table === 'deep' ? 'folder_key' : 'key';
    const scanned = bytesOf((name) => (asked.has(name) && name !== 'key') || (depth > 0 && name === key));
    const start = performance.now();
    const before = process.cpuUsage();
    const reader = await connection.runAndReadAll(sql);
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(before);
    const { rss } = process.memoryUsage();
    const figures = [
      `${millions} million objects, depth ${depth}`,
      `${seconds.toFixed(1)} s at a load of ${loadavg()[0]?.toFixed(0)}`,
      `${((user + system) / MILLION).toFixed(2)} s of the processor`,
      `${(rss / GIGABYTE).toFixed(2)} GB resident`,
      `report ${(bytes / GIGABYTE).toFixed(2)} GB, of which ${(scanned / GIGABYTE).toFixed(3)} GB are read`,
      `a billion objects on Athena: ${(((scanned / millions) * 1_000) / GIGABYTE).toFixed(1)} GB, ${(((scanned / millions) * 1_000 * 5) / (1_000 * GIGABYTE)).toFixed(2)} USD`,
      `${reader.getRows().length} rows`,
    ];
    process.stdout.write(`${figures.join('; ')}\n`);
  }
  instance.closeSync();
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true });
}
