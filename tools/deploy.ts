/**
 * `npm run deploy -- config/<stage>.json [options of cdk deploy]`: checks the configuration, then lets the CDK deploy.
 * `--revert-drift` also puts back what somebody has changed by hand, which a plain deployment leaves alone.
 * Where the stage has a console, its files follow. The stack's outputs go to `.deploy/<stage>.json`, where `npm run smoke` finds them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { ConfigError } from '../config/config-error.ts';
import { readConfig } from '../config/read.ts';
import type { Config } from '../config/schema.ts';
import { type ConsoleOutputs, uploadConsole } from './console-files.ts';

const [path, ...options] = process.argv.slice(2);

if (path === undefined) {
  fail('which configuration? npm run deploy -- config/<stage>.json');
} else {
  try {
    const config = readConfig(path);
    deploy(path, config);
    if (config.console && process.exitCode === 0) await uploadConsole(config, consoleOutputs(config));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(error.message);
  }
}

/** Lets the CDK ask and deploy; its exit code is ours. */
function deploy(config: string, { stage, edge }: Config): void {
  const stacks = [`mrt-${stage}`, ...(edge ? [`mrt-${stage}-edge`] : [])];
  mkdirSync('.deploy', { recursive: true });
  const { status } = spawnSync(
    'cdk',
    ['deploy', ...stacks, '--context', `config=${config}`, '--outputs-file', `.deploy/${stage}.json`, ...options],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
  // A first deployment that failed stands in the way of the next one, and the CDK does not say how to get past it.
  if (status !== 0) {
    process.stderr.write('If this was the first deployment: docs/deploy.md, "When the first deployment fails".\n');
  }
}

/** What the stack says of the console's place. */
function consoleOutputs({ stage }: Config): ConsoleOutputs {
  return JSON.parse(readFileSync(`.deploy/${stage}.json`, 'utf8'))[`mrt-${stage}`] as ConsoleOutputs;
}

/** A message for the person at the terminal, without a stack. */
function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
