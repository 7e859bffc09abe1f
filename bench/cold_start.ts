/**
 * Cold start: from spawning node until the bundle's handler is there, less a bare `node -e 0`; each shipped bundle
 * beside a bundle of nothing but the libraries that its work cannot do without.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { VARIABLES } from '../lambdas/contract.ts';
import { routes } from '../lambdas/routes.ts';
import type { Figure } from './figure.ts';

const ROUNDS = 15;
const ROOT = join(import.meta.dirname, '..');

/** What the figures name as the limit, as a bundle of its own. */
const LIMITS = {
  'pg + rds-signer': `import { Client } from 'pg'; import { Signer } from '@aws-sdk/rds-signer';
    export const handler = [Client, Signer];`,
  'the CloudWatch client': `import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
    export const handler = [new CloudWatchClient({ region: 'eu-west-1' }), GetMetricDataCommand, ListMetricsCommand];`,
};

interface Bundle {
  name: string;
  file: string;
  limit: keyof typeof LIMITS | null;
}

export async function figures(print: (figure: Figure) => void): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'mrt-cold-start-'));
  try {
    const shipped = synthesise(work);
    const limits = Object.entries(LIMITS).map(([name, code]) => ({
      name,
      file: bundleOf(work, name, code),
      limit: null,
    }));
    const medians = measure([...shipped, ...limits]);
    for (const { name, file, limit } of shipped) {
      const ours = medians.get(name) ?? Number.NaN;
      const theirs = limit === null ? null : (medians.get(limit) ?? Number.NaN);
      print({
        name: `cold start of ${name}`,
        ours: `${ours.toFixed(0)} ms, ${kilobytes(file)}`,
        theirs: limit === null ? '-' : `${theirs?.toFixed(0)} ms (${limit} alone)`,
        ratio: theirs === null ? '-' : (ours / theirs).toFixed(2),
        goal: limit === null ? '≤ 500 kB' : '≤ 1.3, ≤ 500 kB',
      });
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The bundles of the template, as they would be deployed. */
function synthesise(work: string): Bundle[] {
  const env = { ...process.env, CDK_OUTDIR: work, CDK_CONTEXT_JSON: JSON.stringify({ config: 'config/local.json' }) };
  const run = spawnSync(process.execPath, ['lib/app.ts'], { cwd: ROOT, env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`synthesis failed: ${run.stderr.slice(-500)}`);
  const found = readdirSync(work)
    .filter((entry) => entry.startsWith('asset.'))
    .flatMap((entry) => {
      try {
        const settings = readFileSync(join(work, entry, 'settings.json'), 'utf8');
        return [{ entry, settings }];
      } catch {
        return [];
      }
    });
  return routes.map((route) => {
    const bundle = found.find(({ entry }) =>
      readFileSync(join(work, entry, 'index.mjs'), 'utf8').includes(`"/${route.name}"`),
    );
    if (bundle === undefined) throw new Error(`no bundle of ${route.name}`);
    const limit = route.needs.includes('bucket_metrics')
      ? 'the CloudWatch client'
      : route.needs.includes('database')
        ? 'pg + rds-signer'
        : null;
    return { name: route.path, file: join(work, bundle.entry, 'index.mjs'), limit };
  });
}

function bundleOf(work: string, name: string, code: string): string {
  const outfile = join(work, `${name.replaceAll(/\W+/g, '-')}.mjs`);
  buildSync({
    stdin: { contents: code, resolveDir: ROOT },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['pg-native'],
    minify: true,
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return outfile;
}

/** Median milliseconds over a bare node by name; the candidates take turns, so that a noisy minute hits all. */
function measure(bundles: Bundle[]): Map<string, number> {
  const times = new Map<string, number[]>(bundles.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    const bare = spawn(['-e', '0']);
    for (const { name, file } of bundles) times.get(name)?.push(spawn([file]) - bare);
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

function spawn(args: string[]): number {
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    [VARIABLES.userPoolId]: 'eu-west-1_Benchmark',
    [VARIABLES.clients]: '{"client":"client"}',
    [VARIABLES.keyBucket]: 'keys',
  };
  const start = performance.now();
  const run = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${args[0]}: ${run.stderr.slice(0, 300)}`);
  return performance.now() - start;
}

function kilobytes(file: string): string {
  return `${Math.round(statSync(file).size / 1000)} kB`;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
