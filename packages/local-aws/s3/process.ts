/**
 * The S3 endpoint in a process of its own, for benchmarks: what is measured then shares no event loop with it.
 * `spawnS3` is the parent's side; the file itself, forked, is the child's.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Iam } from '../iam/iam.ts';
import type { Fault } from '../service/faults.ts';
import { startS3 } from './service.ts';
import { Bucket } from './store.ts';
import { KEY_SHAPES, type KeyShape, SyntheticObjects, syntheticKeys } from './synthetic.ts';

/** A bucket of `count` keys of one shape. */
export interface SyntheticBucket {
  bucket: string;
  shape: KeyShape;
  count: number;
}

/** The child, as its parent sees it. */
export interface S3Process {
  address: URL;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** By bucket: what an exact listing finds. */
  totals: Record<string, { size_bytes: number; object_count: number }>;
  /** Replaces delay and faults; resolves when they are in force. */
  setConditions(conditions: { delay_ms: number; faults: Fault[] }): Promise<void>;
  stop(): Promise<void>;
}

const REGION = 'eu-west-1';
const KEYS = { accessKeyId: 'AKIALOCALBENCHMARK00', secretAccessKey: 'benchmark-secret', sessionToken: '' };

const Ready = z.object({
  port: z.number(),
  totals: z.record(z.string(), z.object({ size_bytes: z.number(), object_count: z.number() })),
});

/** Starts it and waits until its buckets are made: under ten seconds for a million keys. */
export async function spawnS3(buckets: readonly SyntheticBucket[]): Promise<S3Process> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(buckets)]);
  const { port, totals } = Ready.parse(await messageOf(child));
  return {
    address: new URL(`http://127.0.0.1:${port}`),
    region: REGION,
    accessKeyId: KEYS.accessKeyId,
    secretAccessKey: KEYS.secretAccessKey,
    totals,
    async setConditions(conditions) {
      child.send(conditions);
      await messageOf(child);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const failed = new AbortController();
  const died = once(child, 'exit', { signal: failed.signal }).then(() => {
    throw new Error('the S3 process has ended');
  });
  try {
    const [message] = await Promise.race([once(child, 'message'), died]);
    return message;
  } finally {
    died.catch(() => undefined);
    failed.abort();
  }
}

async function serve(buckets: string): Promise<void> {
  const iam = new Iam(REGION);
  iam.register({
    name: 'benchmark',
    roleArn: 'arn:aws:iam::000000000000:role/benchmark',
    inVpc: false,
    ...KEYS,
    policies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }],
  });
  const Buckets = z.array(z.object({ bucket: z.string(), shape: z.enum(KEY_SHAPES), count: z.int().positive() }));
  const totals: S3Process['totals'] = {};
  const store = new Map(
    Buckets.parse(JSON.parse(buckets)).map(({ bucket, shape, count }) => {
      const objects = new SyntheticObjects(syntheticKeys(shape, count));
      totals[bucket] = { size_bytes: objects.totalBytes(), object_count: count };
      return [bucket, new Bucket({ name: bucket, region: REGION, objects })];
    }),
  );
  const { port, faults } = await startS3({ iam, store });
  process.on('message', (conditions: { delay_ms: number; faults: Fault[] }) => {
    faults.clear();
    faults.delay_ms = conditions.delay_ms;
    for (const fault of conditions.faults) faults.inject(fault);
    process.send?.('in force');
  });
  // It never outlives its parent.
  process.once('disconnect', () => process.exit(0));
  process.send?.({ port, totals });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(process.argv[2] ?? '[]');
