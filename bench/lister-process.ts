/** Listers of a bucket as processes of their own: ours out of a bundle, and its peers, on one S3 endpoint. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { S3Process } from '@mrt/local-aws/s3/process.ts';
import { buildSync } from 'esbuild';
import { BUNDLER_OPTIONS } from '../lib/functions/bundle.ts';

/** Where the buckets are, and with which keys. */
export type S3Endpoint = Pick<S3Process, 'address' | 'region' | 'accessKeyId' | 'secretAccessKey'> & {
  sessionToken?: string;
};

/** What Lambda's runtime gives node in a function of 1,769 MB: 5 and 90 % of the memory. */
export const FUNCTION_OPTIONS = ['--max-semi-space-size=88', '--max-old-space-size=1592'];

export interface Run {
  seconds: number;
  output: string;
}

/** Bundled as the functions are, so that time and memory are theirs. */
export function bundled(work: string, name: string): string {
  const outdir = join(work, name);
  buildSync({
    ...BUNDLER_OPTIONS,
    entryPoints: [{ in: join(import.meta.dirname, `${name}.ts`), out: 'index' }],
    outdir,
  });
  return join(outdir, 'index.mjs');
}

export async function rclone(s3: S3Endpoint, bucket: string): Promise<Run | null> {
  return isInstalled('rclone', 'version') ? timed('rclone', ['size', '--config', '', `bench:${bucket}`], s3) : null;
}

export async function awsCli(s3: S3Endpoint, bucket: string): Promise<Run | null> {
  const args = ['s3', 'ls', `s3://${bucket}`, '--recursive', '--summarize', '--endpoint-url', s3.address.href];
  return isInstalled('aws', '--version') ? timed('aws', args, s3) : null;
}

function isInstalled(command: string, flag: string): boolean {
  return spawnSync(command, [flag], { stdio: 'ignore' }).status === 0;
}

export async function timed(
  command: string,
  args: string[],
  s3: S3Endpoint,
  more: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const keys = {
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    ...(s3.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: s3.sessionToken }),
  };
  const env = {
    PATH: process.env['PATH'],
    HOME: tmpdir(),
    AWS_REGION: s3.region,
    AWS_DEFAULT_REGION: s3.region,
    ...keys,
    AWS_ENDPOINT_URL_S3: s3.address.href,
    AWS_EC2_METADATA_DISABLED: 'true',
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Minio',
    RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
    RCLONE_CONFIG_BENCH_ENDPOINT: s3.address.href,
    RCLONE_CONFIG_BENCH_REGION: s3.region,
    ...more,
  };
  const started = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([lastOf(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return { seconds: (performance.now() - started) / 1_000, output };
}

/** The CLI prints a line for each key: only the end is of interest. */
async function lastOf(stream: NodeJS.ReadableStream): Promise<string> {
  return (await text(stream)).slice(-2_000);
}
