/** The way that comes to mind first: list everything, read everything, compare two sets in memory. */
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { Client } from 'pg';
import { credentials } from '../lambdas/upstreams/credentials.ts';

const [bucket = ''] = process.argv.slice(2);
const cpuAtStart = process.cpuUsage();
const client = new S3Client({
  endpoint: process.env['AWS_ENDPOINT_URL_S3'] ?? '',
  forcePathStyle: true,
  credentials: async () => credentials(),
});
const objects = new Map<string, number>();
for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket })) {
  for (const { Key, Size } of page.Contents ?? []) objects.set(Key ?? '', Size ?? 0);
}

const database = new Client({ connectionString: process.env['DATABASE_URL'] });
await database.connect();
const started = performance.now();
const { rows } = await database.query<{ __uuid__: string }>(
  'SELECT __uuid__, size FROM "system$filedocument" WHERE hascontents',
);
const database_s = (performance.now() - started) / 1_000;
await database.end();

const documents = new Set(rows.map(({ __uuid__ }) => __uuid__));
const orphaned = [...objects.keys()].filter((key) => !documents.has(key)).length;
const missing = rows.filter(({ __uuid__ }) => !objects.has(__uuid__)).length;
const cpu = process.cpuUsage(cpuAtStart);
process.stdout.write(
  JSON.stringify({
    objects: objects.size,
    orphaned,
    missing,
    database_s,
    cpu_s: (cpu.user + cpu.system) / 1e6,
    rss_mb: process.resourceUsage().maxRSS / 1_024,
  }),
);
