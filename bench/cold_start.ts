/**
 * Cold start of each function, beside a bundle of nothing but the clients that its work cannot do without.
 *
 * "Ready" is what a process takes until the handler is there, less a bare node. "All loaded" is that and every client that
 * the function loads beside its first connection: what the two together cost, were nothing to overlap. Milliseconds of
 * CPU, which is what loading code is made of: on a shared machine the clock tells of the neighbours.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readDeployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { buildSync } from 'esbuild';
import type { ConfigInput } from '../config/schema.ts';
import type { Route } from '../lambdas/route.ts';
import { routes } from '../lambdas/routes.ts';
import type { Figure } from './figure.ts';
import { median } from './median.ts';

const MAX_KILOBYTES = 900;
const ROOT = join(import.meta.dirname, '..');

const PG = `import { Client } from 'pg'; import { Signer } from '@aws-sdk/rds-signer'; export { Client, Signer };`;
const CLOUDWATCH = `import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
  export const client = new CloudWatchClient({ region: 'eu-west-1', credentials: async () => { throw new Error('not needed'); } });
  export { GetMetricDataCommand, ListMetricsCommand };`;

/** What the figures name as the limit: these clients alone, as esbuild bundles them into one file. */
const LIMITS = {
  'pg, rds-signer': PG,
  'the CloudWatch client': CLOUDWATCH,
  'pg, rds-signer, the CloudWatch client': `${PG}\n${CLOUDWATCH}`,
};

/** Stages whose functions are measured: one without any option, as first values were taken, and one with nearly all. */
const STAGES = [
  { of: '', file: 'config/example.json', change: { recording: 'off' }, rounds: 15 },
  { of: ' with the options of the local run', file: 'config/local.json', change: {}, rounds: 7 },
] as const;

interface Bundle {
  name: string;
  file: string;
  variables: Readonly<Record<string, string>>;
  /** The modules that it loads at their first use, by path. */
  later: string[];
  limit: keyof typeof LIMITS | null;
}

export async function figures(print: (figure: Figure) => void): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'mrt-cold-start-'));
  try {
    const limits = Object.entries(LIMITS).map(([name, code]) => ({
      name,
      file: bundleOf(work, name, code),
      variables: {},
      later: [],
      limit: null,
    }));
    for (const [index, { of, file, change, rounds }] of STAGES.entries()) {
      const stage = { ...(JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as ConfigInput), ...change };
      const shipped = synthesise(join(work, `${index}`), stage);
      const { ready, loaded } = measure([...shipped, ...limits], rounds);
      for (const { name, file, limit } of shipped) {
        const ours = loaded.get(name) ?? Number.NaN;
        const theirs = limit === null ? null : (ready.get(limit) ?? Number.NaN);
        print({
          name: `cold start of ${name}${of}`,
          ours: `${ready.get(name)?.toFixed(0)} ms ready, ${ours.toFixed(0)} ms all loaded, ${kilobytes(file)} kB`,
          theirs: limit === null ? '-' : `${theirs?.toFixed(0)} ms (${limit} alone)`,
          ratio: theirs === null ? '-' : (ours / theirs).toFixed(2),
          goal: of === '' ? `${limit === null ? '' : '≤ 1.3, '}≤ ${MAX_KILOBYTES} kB` : '-',
        });
      }
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The functions of a stage as they would be deployed: each bundle with the variables that the template gives it. */
function synthesise(work: string, stage: ConfigInput): Bundle[] {
  mkdirSync(work);
  const file = join(work, 'config.json');
  writeFileSync(file, JSON.stringify(stage));
  const env = { ...process.env, CDK_OUTDIR: work, CDK_CONTEXT_JSON: JSON.stringify({ config: file }) };
  const run = spawnSync(process.execPath, ['lib/app.ts'], { cwd: ROOT, env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`synthesis failed: ${run.stderr.slice(-500)}`);
  const { account, region } = stage;
  const { functions } = readDeployment(work, { stackName: `mrt-${stage.stage}`, account, region });
  const byName = new Map(routes.map((route) => [route.name as string, route]));
  return functions.map(({ logName, bundle, variables }) => {
    const entry = join(bundle, 'index.mjs');
    const route = byName.get(logName);
    return {
      name: route?.path ?? `the ${logName}`,
      file: entry,
      variables: { AWS_REGION: region, ...variables },
      later: dynamicImports(entry),
      limit: route === undefined ? null : limitOf(route),
    };
  });
}

function limitOf({ needs }: Pick<Route, 'needs'>): keyof typeof LIMITS | null {
  if (needs.includes('database_metrics')) return 'pg, rds-signer, the CloudWatch client';
  if (needs.includes('database')) return 'pg, rds-signer';
  return needs.includes('bucket_metrics') ? 'the CloudWatch client' : null;
}

/** The modules of a bundle's folder, by path. */
function modulesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => join(folder, file));
}

/** What `index.mjs` itself imports with `import()`: the clients. */
function dynamicImports(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  return [...code.matchAll(/import\("(\.\/[^"]+)"\)/g)].map(([, path = '']) => join(dirname(file), path));
}

function bundleOf(work: string, name: string, code: string): string {
  const outfile = join(work, `limit-${name.replaceAll(/\W+/g, '-')}`, 'index.mjs');
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

/** Median milliseconds of CPU over a bare node by name; the candidates take turns, so that a noisy minute hits all. */
function measure(bundles: Bundle[], rounds: number): { ready: Map<string, number>; loaded: Map<string, number> } {
  const ready = new Map<string, number[]>(bundles.map(({ name }) => [name, []]));
  const loaded = new Map<string, number[]>(bundles.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const bare = spawn('', {});
    for (const { name, file, variables, later } of bundles) {
      ready.get(name)?.push(spawn(imports([file]), variables) - bare);
      loaded.get(name)?.push(spawn(imports([file, ...later]), variables) - bare);
    }
  }
  const medians = (times: Map<string, number[]>) => new Map([...times].map(([name, all]) => [name, median(all)]));
  return { ready: medians(ready), loaded: medians(loaded) };
}

function imports(files: string[]): string {
  return files.map((file) => `await import(${JSON.stringify(file)});`).join('');
}

/** Milliseconds of CPU of a node that runs this module code with these variables, and Lambda's keys. */
function spawn(code: string, variables: Readonly<Record<string, string>>): number {
  const env = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', ...variables };
  const timed = `${code}process.stdout.write(JSON.stringify(process.cpuUsage()));process.exit(0);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', timed], { env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr.slice(0, 300));
  const { user, system } = JSON.parse(run.stdout) as NodeJS.CpuUsage;
  return (user + system) / 1000;
}

/** Of all modules of the folder that `index.mjs` is in. */
function kilobytes(file: string): number {
  return Math.round(modulesOf(dirname(file)).reduce((sum, path) => sum + statSync(path).size, 0) / 1000);
}
