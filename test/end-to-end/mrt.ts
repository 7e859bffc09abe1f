/** `mrt` as the one file that ships, built once for all test files of this worker. */

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMrt } from '@mrt/cli/build.ts';
import type { RunningSystem } from './running-system.ts';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

let built: Promise<string> | undefined;

/** Path of the file. */
export function builtMrt(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'mrt-cli-')), 'mrt.js');
  await buildMrt(file);
  return file;
}

/** The sample client's profile as variables, and a home without profiles. */
export function profileOf({ endpoints, directory }: RunningSystem): Record<string, string> {
  return {
    MRT_API: endpoints.api,
    MRT_TOKEN_ENDPOINT: endpoints.token_endpoint,
    MRT_CLIENT_ID: endpoints.client_id,
    MRT_CLIENT_SECRET: endpoints.client_secret,
    MRT_ENVIRONMENT: 'shop-prod',
    XDG_CONFIG_HOME: join(directory, 'no-config'),
  };
}

/** Runs `mrt` in pipes, with nothing on standard input. */
export async function runMrt(words: string[], variables: Record<string, string>): Promise<Ended> {
  return ended(process.execPath, [await builtMrt(), ...words], variables);
}

/** Runs a line of bash in which `mrt` is a command. */
export async function runShell(line: string, variables: Record<string, string>): Promise<Ended> {
  const own = { ...variables, NODE: process.execPath, MRT: await builtMrt() };
  return ended('bash', ['-c', `mrt() { "$NODE" "$MRT" "$@"; }; ${line}`], own);
}

function ended(command: string, words: string[], variables: Record<string, string>): Promise<Ended> {
  const child = spawn(command, words, { env: { ...process.env, ...variables } });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.err += chunk;
  });
  child.stdin.end();
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...output, code })));
}
