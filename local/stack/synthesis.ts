/** Synthesises the stack for the local run, in a process of its own: the CDK is heavy, and this is how it is deployed. */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessRegister } from '@mrt/local-aws/lambda/running-function.ts';
import type { Config } from '../../config/schema.ts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export interface SynthesisOptions {
  config: Config;
  /** Where the derived configuration, the assembly (`cdk.out`) and the output (`log/synth.log`) go. */
  directory: string;
  processes: ProcessRegister;
}

/**
 * Runs `lib/app.ts` on the configuration.
 *
 * @returns the folder of the cloud assembly
 * @throws Error with the last lines of what synthesis said
 */
export async function synthesise({ config, directory, processes }: SynthesisOptions): Promise<string> {
  const assembly = join(directory, 'cdk.out');
  const configFile = join(directory, 'config.json');
  rmSync(assembly, { recursive: true, force: true });
  writeFileSync(configFile, JSON.stringify(config, null, 2));
  const child = spawn(process.execPath, [join(PROJECT, 'lib', 'app.ts')], {
    cwd: PROJECT,
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify({ config: configFile }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid !== undefined) processes.add(pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (pid !== undefined) processes.remove(pid);
  writeFileSync(join(directory, 'log', 'synth.log'), output);
  if (code !== 0)
    throw new Error(`the stack cannot be synthesised:\n${output.trim().split('\n').slice(-15).join('\n')}`);
  return assembly;
}

/** The same configuration with each database server at its local address. */
export function withDatabaseAddresses(
  config: Config,
  addresses: Readonly<Record<string, { host: string; port: number }>>,
): Config {
  const databases = Object.fromEntries(
    Object.entries(config.databases).map(([name, database]) => [name, { ...database, ...addresses[name] }]),
  );
  return { ...config, databases };
}
