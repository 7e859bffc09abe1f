/** The routes on back ends that are not ours: Debian's PostgreSQL and moto's S3, behind the same services. */
import { readFileSync } from 'node:fs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSampleDatabase } from '../../local/samples/database/sample.ts';
import { deploymentObjects } from '../../local/samples/deployments.ts';
import { type Json, type RunningSystem, runSystem } from '../end-to-end/running-system.ts';

const { FOREIGN_POSTGRES, FOREIGN_S3 } = process.env;
if (!FOREIGN_POSTGRES || !FOREIGN_S3) throw new Error('run .ci/deep.d/foreign.sh');
const SIZES = Array.from({ length: 1_500 }, (_, n) => n % 97);

let system: RunningSystem;
let counts: { users: number; tables: number; documents: number };
/** Files that documents have, two of which have grown in the bucket, and two that no document has. */
let files: { key: string; size: number }[];
const GROWN = 2;
const UNKNOWN = ['3f0c6a52-6f0e-4a53-9d1f-000000000001', '3f0c6a52-6f0e-4a53-9d1f-000000000002'];

beforeAll(async () => {
  const reader = await fillDatabase(FOREIGN_POSTGRES);
  await fillBuckets(FOREIGN_S3);
  system = await runSystem({
    environment: { ...process.env, MRT_DATABASE_URL: reader, AWS_ENDPOINT_URL_S3: FOREIGN_S3 },
  });
}, 180_000);
afterAll(() => system.end());

async function fillDatabase(owner: string): Promise<string> {
  const url = new URL(owner);
  await withClient(url.href, (client) => client.query('CREATE DATABASE another_name'));
  url.pathname = '/another_name';
  await withClient(url.href, async (client) => {
    await createSampleDatabase([client], 'shop-prod', 0.02);
    await client.query(readFileSync(new URL('../../database/mrt_reader.sql', import.meta.url), 'utf8'));
    await client.query("ALTER ROLE mrt_reader PASSWORD 'reader'");
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM "system$user") AS users,
        (SELECT count(*)::int FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND NOT relispartition) AS tables,
        (SELECT count(*)::int FROM "system$filedocument" WHERE hascontents) AS documents`,
    );
    counts = rows[0] as typeof counts;
    const { rows: documents } = await client.query<{ key: string; size: string }>(
      `SELECT __uuid__ AS key, size FROM "system$filedocument" WHERE hascontents AND size BETWEEN 1 AND 200000
       ORDER BY id LIMIT 7`,
    );
    files = [
      ...documents.map(({ key, size }, n) => ({ key, size: Number(size) + (n < GROWN ? 28 : 0) })),
      ...UNKNOWN.map((key) => ({ key, size: 9 })),
    ];
  });
  url.username = 'mrt_reader';
  url.password = 'reader';
  return url.href;
}

async function fillBuckets(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({ endpoint, region: 'eu-west-1', credentials, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  for (const Bucket of new Set(['shop-prod-files', ...deploymentObjects().map(({ bucket }) => bucket)])) {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  }
  for (const { bucket, key, body } of deploymentObjects()) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  }
  for (const [n, size] of SIZES.entries()) {
    await s3.send(new PutObjectCommand({ Bucket: 'shop-prod-files', Key: `file-${n}`, Body: Buffer.alloc(size, 'x') }));
  }
  for (const { key, size } of files) {
    await s3.send(new PutObjectCommand({ Bucket: 'shop-prod-files', Key: key, Body: Buffer.alloc(size, 'x') }));
  }
  s3.destroy();
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('shop-prod on other back ends', () => {
  test('endpoints.json has their addresses', () => {
    expect(system.endpoints.s3).toBe(FOREIGN_S3);
    expect(system.endpoints.postgres).toMatchObject({ database: 'another_name', user: 'mrt_reader' });
  });

  test('/table_size has every table of that PostgreSQL', async () => {
    const { status, json } = await system.ask('/table_size?environment=shop-prod&limit=1000');
    expect(status).toBe(200);
    const database = json['database'] as { server: Json };
    expect(database.server['version']).toMatch(/^15\./);
    expect(json['tables']).toHaveLength(counts.tables);
  });

  test('/users counts its users', async () => {
    const { json } = await system.ask('/users?environment=shop-prod&count=exact&limit=3');
    expect(JSON.stringify(json['count'])).toContain(String(counts.users));
    expect(json['users']).toHaveLength(3);
  });

  test('/bucket_size lists its bucket exactly', async () => {
    const { json } = await system.ask('/bucket_size?environment=shop-prod&source=listing');
    expect((json['buckets'] as Json[])[0]).toMatchObject({
      size_bytes: [...SIZES, ...files.map(({ size }) => size)].reduce((sum, size) => sum + size, 0),
      object_count: SIZES.length + files.length,
      error: null,
    });
  });

  test('/storage_audit finds what lies in that bucket in that database', async () => {
    const { json } = await system.ask('/storage_audit?environment=shop-prod');
    const known = files.length - UNKNOWN.length;
    expect(json).toMatchObject({
      complete: true,
      errors: { database: null, bucket: null },
      files: { file_count: counts.documents },
      reconciliation: {
        listed: { object_count: SIZES.length + files.length },
        referenced: { object_count: known - GROWN },
        size_mismatch: { object_count: GROWN },
        // Nothing is older than this test.
        too_young: { object_count: UNKNOWN.length },
        orphaned: { object_count: 0 },
        foreign: { object_count: SIZES.length },
        missing: { file_count: counts.documents - known },
      },
    });
    const { json: list } = await system.ask('/storage_audit?environment=shop-prod&list=size_mismatch');
    const keys = (list['keys'] as Json[]).map((row) => row['key']);
    expect(new Set(keys)).toEqual(new Set(files.slice(0, GROWN).map(({ key }) => key)));
  });

  test('/micro_flow_constants reads its archive and overrides', async () => {
    const { json } = await system.ask('/micro_flow_constants?environment=shop-prod');
    expect(json).toMatchObject({ complete: true, summary: { obsolete: 1 } });
  });
});
