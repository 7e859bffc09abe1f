/** Synthesises the stack for the local run, in a process of its own: the CDK is heavy, and this is how it is deployed. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessRegister } from '@mrt/local-aws/lambda/running-function.ts';
import type { Config } from '../../config/schema.ts';
import { AssemblyCache, type DatabaseAddresses } from './assembly-cache.ts';
import { sourceDigest } from './source-digest.ts';

/** The folder of the clone, with a slash at its end. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** The lines of a failed synthesis that are worth showing: the error stands at the end. */
const MAX_ERROR_LINES = 15;
/** All of the caller's environment that the CDK sees: with more, an assembly would depend on it. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR'];

/** One synthesis: of what, and where it goes. */
export interface SynthesisOptions {
  /** As the stage's file has it. */
  config: Config;
  addresses: DatabaseAddresses;
  cache: AssemblyCache;
  /** Where the derived configuration, the assembly (`cdk.out`) and the output (`log/synth.log`) go. */
  directory: string;
  processes: ProcessRegister;
  /** Ends a synthesis that is under way: another part of the start has failed. */
  signal: AbortSignal;
}

/** The assemblies of this clone; they go with `npm ci`. */
export function assemblyCache(): AssemblyCache {
  const folder = join(PROJECT, 'node_modules', '.cache', 'assemblies');
  return new AssemblyCache({ folder, sources: sourceDigest(PROJECT) });
}

/**
 * The cloud assembly of the configuration with its databases on this machine, from the cache or by running
 * `lib/app.ts`.
 *
 * @returns the folder of the cloud assembly
 * @throws Error with the last lines of what synthesis said
 */
export async function synthesise(options: SynthesisOptions): Promise<string> {
  const { config, addresses, cache, directory, processes, signal } = options;
  const assembly = join(directory, 'cdk.out');
  const configFile = join(directory, 'config.json');
  writeFileSync(configFile, JSON.stringify(withDatabaseAddresses(config, addresses), null, 2));
  await cache.provide(config, addresses, assembly, async (outdir) => {
    const { code, output } = await runApp('lib/app.ts', configFile, outdir, processes, signal);
    writeFileSync(join(directory, 'log', 'synth.log'), output);
    if (code !== 0) {
      const end = output.trim().split('\n').slice(-MAX_ERROR_LINES).join('\n');
      throw new Error(`the stack cannot be synthesised:\n${end}`);
    }
  });
  return assembly;
}

/** Runs one of the project's CDK applications. @param app its path below the project */
export async function runApp(
  app: string,
  configFile: string,
  outdir: string,
  processes: ProcessRegister,
  signal: AbortSignal,
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

/** The same configuration with each database server at its local address. */
function withDatabaseAddresses(config: Config, addresses: DatabaseAddresses): Config {
  const databases = Object.fromEntries(
    Object.entries(config.databases).map(([name, database]) => [name, { ...database, ...addresses[name] }]),
  );
  return { ...config, databases };
}
