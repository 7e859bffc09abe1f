/**
 * 90 days out of the record, as a route reads them: ranged reads, bytes, time and memory, beside reading everything
 * (`npm run bench -- record`). The record lies in the S3 endpoint of the local run; each reader is a process of its own, so
 * that its memory is its own.
 */
import { execFile } from 'node:child_process';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket, etagOf } from '@mrt/local-aws/s3/store.ts';
import { figureOf } from '../lambdas/record/figure.ts';
import { type HistoryRow, historyRow } from '../lambdas/record/history.ts';
import { encodeHistory } from '../lambdas/record/history-writer.ts';
import { historyKey } from '../lambdas/record/layout.ts';
import type { Figure } from './figure.ts';

const DAYS = 90;
const DAY_MS = 86_400_000;
const BUCKET = 'record';
const REGION = 'eu-west-1';
/** Midday, so that the days are the same on any clock. */
const NOW = new Date('2026-11-26T12:00:00Z');
/** Environments with a history in the same bucket, which are no business of the reader's. */
const NEIGHBOURS = 9;

/** Measures 400 tables and 10,000. */
export async function figures(print: (figure: Figure) => void): Promise<void> {
  for (const tables of [400, 10_000]) await measure(tables, print);
}

async function measure(tables: number, print: (figure: Figure) => void): Promise<void> {
  const months = monthsOf(tables);
  // The neighbours of the large one would only take the bench's memory.
  const environments = ['shop', ...Array.from({ length: tables > 1_000 ? 0 : NEIGHBOURS }, (_, i) => `other-${i}`)];
  const objects = environments
    .flatMap((environment) =>
      months.map(({ month, body }) => ({ key: historyKey('table_size', environment, month), body })),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, body }) => ({
      key,
      body,
      size: body.length,
      etag: etagOf(body),
      last_modified: NOW,
      storage_class: 'STANDARD',
      version_id: 'null',
    }));
  const iam = new Iam('eu-west-1');
  const principal = {
    name: 'reader',
    roleArn: 'arn:aws:iam::000000000000:role/reader',
    policies: [{ Statement: [{ Effect: 'Allow' as const, Action: 's3:*', Resource: '*' }] }],
    inVpc: false,
    accessKeyId: 'ASIABENCH00000000000',
    secretAccessKey: 'secret',
    sessionToken: 'session',
  };
  iam.register(principal);
  const store = new Map([[BUCKET, new Bucket({ name: BUCKET, region: REGION, objects })]]);
  const s3 = await startS3({ iam, store });
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_S3: s3.address.origin,
    AWS_ACCESS_KEY_ID: principal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
    AWS_SESSION_TOKEN: principal.sessionToken,
  };
  try {
    const one = await run('page', env);
    const all = await run('growth', env);
    const everything = await run('everything', env);
    const sizes = ({ requests, bytes, ms, rss }: Read) =>
      `${requests} requests, ${Math.round(bytes / 1_000)} kB, ${Math.round(ms)} ms, ${Math.round(rss / 1_000_000)} MB RSS`;
    const name = `${DAYS} days of one environment with ${tables} tables out of the record`;
    const small = tables === 400 ? '≤ 8 reads, ≤ 1 MB' : '≤ 512 MB';
    print({
      name: `${name}: the 100 tables of a page`,
      ours: sizes(one),
      theirs: `all that is there, as rows: ${sizes(everything)}`,
      ratio: `${(everything.bytes / one.bytes).toFixed(1)}× fewer bytes`,
      goal: small,
    });
    print({
      name: `${name}: every table, for order_by=growth`,
      ours: sizes(all),
      theirs: '-',
      ratio: `${((all.rss / one.rss) * 100).toFixed(0)} % of the page's memory`,
      goal: small,
    });
  } finally {
    await s3.stop();
  }
}

interface Read {
  requests: number;
  bytes: number;
  ms: number;
  rss: number;
}

/** Waited for without blocking: the endpoint is in this process. */
function run(how: string, env: NodeJS.ProcessEnv): Promise<Read> {
  const reader = new URL('record-reader.ts', import.meta.url).pathname;
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--expose-gc', reader, how], { env }, (error, out) => {
      if (error) reject(error);
      else resolve(JSON.parse(out) as Read);
    });
  });
}

function monthsOf(tables: number): { month: string; body: Buffer }[] {
  const rows: HistoryRow[] = [];
  for (let age = DAYS - 1; age >= 0; age--) {
    const taken = new Date(NOW.getTime() - age * DAY_MS);
    const add = (name: 'table_total_bytes' | 'table_estimated_rows', i: number, value: number) =>
      rows.push(historyRow(figureOf(name, { table: nameOf(i), entity: '' }, value), 'postgresql', taken));
    rows.push(historyRow(figureOf('database_size_bytes', {}, 1e10 - age * 1e6), 'postgresql', taken));
    for (let i = 0; i < tables; i++) {
      // As many sizes as there are days: a table that nobody writes to compresses to nothing.
      add('table_total_bytes', i, 8192 * (1_000 + ((i * 7_919) % 100_000) + (DAYS - age) * (1 + (i % 13))));
      add('table_estimated_rows', i, ((i * 104_729) % 1_000_000) + (DAYS - age) * (i % 97));
    }
  }
  return [...Map.groupBy(rows, ({ date }) => date.slice(0, 7))].map(([month, ofMonth]) => ({
    month,
    body: encodeHistory(ofMonth.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))),
  }));
}

/** Mendix's names of tables. */
function nameOf(i: number): string {
  return `module${i % 40}$entity_${i}`;
}

function keyOf({ figure, subject, date }: HistoryRow): string {
  return `${figure}\n${subject}\n${date}`;
}
