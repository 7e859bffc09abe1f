/**
 * A million objects against a million file documents: the audit beside the listing alone, and beside the way that comes to
 * mind first. Server and auditors are processes of their own, as the functions are bundled and with Lambda's heap flags.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@mrt/local-aws/rds/postgres.ts';
import { type S3Process, spawnS3 } from '@mrt/local-aws/s3/process.ts';
import { syntheticKeys } from '@mrt/local-aws/s3/synthetic.ts';
import { Client } from 'pg';
import type { Figure } from './figure.ts';
import { bundled, FUNCTION_OPTIONS, timed } from './lister-process.ts';

const MANY = 1_000_000;
const PAGE_MS = 20;
/** Every so many-th object has no document, and every so many-th document no object. */
const ORPHAN_STEP = 50;
const MISSING = 40;

/** What an auditor says of its run. */
interface Audited {
  objects: number;
  orphaned: number;
  missing: number;
  database_s: number;
  cpu_s: number;
  rss_mb: number;
}

export async function figures(print: (line: Figure) => void): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'mrt-bench-audit-'));
  const postgres = await startPostgres({
    directory: join(work, 'postgres'),
    log: () => undefined,
    progress: () => undefined,
  });
  const s3 = await spawnS3([{ bucket: 'many', shape: 'uuid', count: MANY }]);
  try {
    const url = postgres.url('postgres');
    await fill(url);
    await s3.setConditions({ delay_ms: PAGE_MS, faults: [] });
    const run = (name: string) => audited(s3, bundled(work, name), url);
    const listing = await timed(
      process.execPath,
      [...FUNCTION_OPTIONS, bundled(work, 'bucket_size-listing'), 'many'],
      s3,
    );
    const ours = await run('storage_audit-ours');
    const naive = await run('storage_audit-naive');
    const name = `audit of 1 M objects at ${PAGE_MS} ms a page against 1 M documents`;
    const ratio = (theirs: number) => `${(ours.seconds / theirs).toFixed(2)}×`;
    const own = `${ours.seconds.toFixed(2)} s`;
    print({
      name,
      ours: own,
      theirs: `the listing alone: ${listing.seconds.toFixed(2)} s`,
      ratio: ratio(listing.seconds),
      goal: '≤ 1.5×',
    });
    print({
      name,
      ours: own,
      theirs: `list all, read all, compare: ${naive.seconds.toFixed(2)} s`,
      ratio: ratio(naive.seconds),
      goal: '-',
    });
    const { cpu_s } = JSON.parse(listing.output) as Pick<Audited, 'cpu_s'>;
    print({
      name: 'CPU of that audit, beside the listing alone',
      ours: `${ours.cpu_s.toFixed(2)} s`,
      theirs: `${cpu_s.toFixed(2)} s`,
      ratio: `${(ours.cpu_s / cpu_s).toFixed(2)}×`,
      goal: '-',
    });
    const memory = (auditor: Audited) => `${Math.round(auditor.rss_mb)} MB RSS`;
    print({
      name: 'memory of that audit',
      ours: memory(ours),
      theirs: `compare in memory: ${memory(naive)}`,
      ratio: `${(ours.rss_mb / naive.rss_mb).toFixed(2)}×`,
      goal: '≤ 150 MB',
    });
    print({
      name: 'time in the database of that audit',
      ours: `${ours.database_s.toFixed(2)} s`,
      theirs: `read all: ${naive.database_s.toFixed(2)} s`,
      ratio: `${(ours.database_s / naive.database_s).toFixed(2)}×`,
      goal: '≤ 2 s',
    });
  } finally {
    await s3.stop();
    await postgres.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

async function audited(s3: S3Process, script: string, url: string): Promise<Audited & { seconds: number }> {
  const { seconds, output } = await timed(process.execPath, [...FUNCTION_OPTIONS, script, 'many'], s3, {
    DATABASE_URL: url,
  });
  const result = JSON.parse(output) as Audited;
  const right = { objects: MANY, orphaned: MANY / ORPHAN_STEP, missing: MISSING };
  const { objects, orphaned, missing } = result;
  if (JSON.stringify({ objects, orphaned, missing }) !== JSON.stringify(right)) throw new Error(`wrong: ${output}`);
  return { seconds, ...result };
}

/** Mendix's tables, with a document for nearly every object of the endpoint's own making, in the order of no key. */
async function fill(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE TABLE "mendixsystem$entity" (id varchar(36), entity_name varchar(511), table_name varchar(255));
    INSERT INTO "mendixsystem$entity" VALUES ('1', 'System.FileDocument', 'system$filedocument'), ('2', 'System.UnreferencedFile', 'system$unreferencedfile');
    CREATE TABLE "system$filedocument" (id bigint PRIMARY KEY, fileid bigint, name varchar(400), deleteafterdownload boolean, contents bytea,
      hascontents boolean, size bigint, __filename__ bigint, __uuid__ varchar(36), createddate timestamp, changeddate timestamp, submetaobjectname varchar(255));
    CREATE TABLE "system$unreferencedfile" (id bigint PRIMARY KEY, filekey varchar(36), state varchar(8));
    CREATE TEMPORARY TABLE object (place int, key text)`);
  const keys = syntheticKeys('uuid', MANY);
  for (let from = 0; from < MANY; from += 50_000) {
    const part = keys.slice(from, from + 50_000);
    await client.query(
      'INSERT INTO object SELECT $1 + ordinality, key FROM unnest($2::text[]) WITH ORDINALITY AS k (key, ordinality)',
      [from, part],
    );
  }
  await client.query(`INSERT INTO "system$filedocument" SELECT (219::bigint << 48) + row_number() OVER (ORDER BY md5(key)) * 128, place,
      'Invoice-' || place || '.pdf', false, NULL, true, ((place * 2654435761::bigint) & 4294967295) >> 12, 0, key, timestamp '2026-11-01' - make_interval(mins => place % 900000), now(),
      (ARRAY['Billing.Invoice', 'Sales.Order', 'Shipping.Label', 'Catalog.ProductImage'])[1 + place % 4]
    FROM object WHERE place % ${ORPHAN_STEP} > 0`);
  await client.query(`INSERT INTO "system$filedocument" SELECT (220::bigint << 48) + i, i, 'gone', false, NULL, true, 1, 0,
      gen_random_uuid()::text, now(), now(), 'Sales.Order' FROM generate_series(1, ${MISSING}) i`);
  for (const column of ['__uuid__', 'size', 'fileid', 'submetaobjectname'])
    await client.query(`CREATE INDEX ON "system$filedocument" (${column})`);
  await client.query('VACUUM ANALYZE');
  await client.end();
}
