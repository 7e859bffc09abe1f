/** Audits one bucket as `/storage_audit` does and says what it took; `storage_audit.ts` runs it in a process of its own. */
import { Client, Query } from 'pg';
import { Deadline, Timing } from '../lambdas/context.ts';
import { storageAudit } from '../lambdas/routes/storage_audit/storage-audit.ts';
import { listBucket } from '../lambdas/upstreams/s3/listing/listing.ts';

const [bucket = ''] = process.argv.slice(2);
const started = process.cpuUsage();
const client = new Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
await client.query(`SELECT set_config('jit', 'off', false), set_config('max_parallel_workers_per_gather', '0', false)`);

/** Seconds in which statements were under way, and none waited for another. */
let database_s = 0;
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const timed = turn.then(async () => {
    const asked = performance.now();
    const result = await work();
    database_s += (performance.now() - asked) / 1_000;
    return result;
  });
  turn = timed;
  return timed;
}

const queries = {
  query: <Row extends object>(text: string, values: readonly unknown[] = []) =>
    inTurn(async () => (await client.query<Row>(text, [...values])).rows),
  each: <Row extends object>(text: string, values: readonly unknown[], onRow: (row: Row) => void) =>
    inTurn(
      () =>
        new Promise<void>((resolve, reject) => {
          const query = new Query<Row, unknown[]>(text, [...values]);
          query.on('row', onRow);
          query.on('end', () => resolve());
          query.on('error', reject);
          client.query(query);
        }),
    ),
};

const deadline = new Deadline(Date.now() + 300_000);
const files = { shape: 'flat' as const, suffix: '', size_tolerance: 0 };
const region = process.env['AWS_REGION'] ?? '';
const database = {
  ...{ server: 'bench', host: '', port: 0, name: '', user: '', instance_identifier: null },
  ...{ full_name_attributes: [], email_attributes: [], session_timeout_seconds: 600 },
};
const { body } = await storageAudit(
  {
    environment: {
      name: 'bench',
      labels: {},
      offers: [],
      database,
      buckets: [{ bucket, region, prefix: null, key_pattern: null, files }],
    },
    ...{
      parameters: {},
      limit: 100,
      position: null,
      deadline,
      version: '',
      clear: false,
      mayClear: false,
      other: null,
    },
  },
  {
    databases: { on: () => queries },
    list: (request, position, until) => listBucket(request, position, { deadline: until, timing: new Timing() }),
  },
);
await client.end();
const cpu = process.cpuUsage(started);
process.stdout.write(
  JSON.stringify({
    objects: body.reconciliation?.listed?.object_count,
    orphaned: body.reconciliation?.orphaned?.object_count,
    missing: body.reconciliation?.missing?.file_count,
    database_s,
    cpu_s: (cpu.user + cpu.system) / 1e6,
    rss_mb: process.resourceUsage().maxRSS / 1_024,
  }),
);
