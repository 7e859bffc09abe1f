/** Synthesises a stack for the local run, in a process of its own: the CDK is heavy, and this is how it is deployed. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logDirectoryOf, type Run } from '../run/run.ts';
import { AssemblyCache, type DatabaseAddresses } from './assembly-cache.ts';
import { sourceDigest } from './source-digest.ts';

/** The folder of the clone, with a slash at its end. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** The lines of a failed synthesis that are worth showing: the error stands at the end. */
const MAX_ERROR_LINES = 15;
/** All of the caller's environment that the CDK sees: with more, an assembly would depend on it. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR'];

/** The project's CDK applications that run here: where each is, and what an error calls its stack. */
const APPS = {
  stage: { path: 'lib/app.ts', stack: 'the stack' },
  agent: { path: 'lib/agent-account/app.ts', stack: 'the agent’s stack' },
};

/** One synthesis: of what, and where it goes. */
export interface SynthesisOptions {
  app: keyof typeof APPS;
  /** As the file of the stage or of the agent has it. */
  config: { databases: Readonly<Record<string, object>> };
  addresses: DatabaseAddresses;
  cache: AssemblyCache;
  /** Its folder gets the derived configuration, the assembly (`cdk.out`) and the output (`log/synth.log`). */
  run: Run;
}

/** The assemblies of this clone; they go with `npm ci`. */
export function assemblyCache(): AssemblyCache {
  const folder = join(PROJECT, 'node_modules', '.cache', 'assemblies');
  return new AssemblyCache({ folder, sources: sourceDigest(PROJECT) });
}

/**
 * The cloud assembly of the configuration with its databases on this machine, from the cache or by running the application.
 *
 * @returns the folder of the cloud assembly
 * @throws Error with the last lines of what synthesis said
 */
export async function synthesise({ app, config, addresses, cache, run }: SynthesisOptions): Promise<string> {
  const assembly = join(run.directory, 'cdk.out');
  const configFile = join(run.directory, 'config.json');
  const databases = Object.fromEntries(
    Object.entries(config.databases).map(([name, database]) => [name, { ...database, ...addresses[name] }]),
  );
  writeFileSync(configFile, JSON.stringify({ ...config, databases }, null, 2));
  await cache.provide(config, addresses, assembly, async (outdir) => {
    const { code, output } = await runApp(APPS[app].path, configFile, outdir, run);
    writeFileSync(join(logDirectoryOf(run), 'synth.log'), output);
    if (code !== 0) {
      const end = output.trim().split('\n').slice(-MAX_ERROR_LINES).join('\n');
      throw new Error(`${APPS[app].stack} cannot be synthesised:\n${end}`);
    }
  });
  return assembly;
}

/** @param app its path below the project */
async function runApp(
  app: string,
  configFile: string,
  outdir: string,
  { processes, signal }: Run,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(PROJECT, app)], {
    cwd: PROJECT,
    env: {
      ...Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
      CDK_OUTDIR: outdir,
      // CloudFormation's own rules are two thirds of a synthesis; they are asked where a stack is deployed, and in `npm test`.
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ config: configFile }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const { pid } = child;
  if (pid !== undefined) processes.add(pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output };
  } finally {
    if (pid !== undefined) processes.remove(pid);
  }
}
