#!/usr/bin/env node
/** `mrt`: the process around a command line. */
import { enableCompileCache } from 'node:module';
import { runCommand } from './program/program.ts';

// Node keeps what it compiled, so that the next start is faster.
enableCompileCache?.();

const abort = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => abort.abort(name));
}
const { stdout, stderr, stdin, env } = process;
process.exitCode = await runCommand(process.argv.slice(2), {
  variables: env,
  stdout,
  stderr,
  stdin,
  signal: abort.signal,
});
