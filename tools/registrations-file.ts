/**
 * `npm run backup -- config/<stage>.json <file> [--secrets]` writes who is registered in the stage's user pool;
 * `npm run restore -- config/<stage>.json <file>` enters it into a pool that was made anew. Credentials are those of the
 * AWS command line; ids come from `.deploy/<stage>.json`. docs/recovery.md
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { readConfig } from '../config/read.ts';
import { collect, type Pool, registrations, restore } from './registrations.ts';

const outputsFile = z.record(z.string(), z.looseObject({ UserPoolId: z.string(), ClientIds: z.string() }));

/** @throws Error that says what to do when the stage was not deployed from here */
function poolOf(stage: string): Pool {
  const path = `.deploy/${stage}.json`;
  const outputs = existsSync(path) ? outputsFile.safeParse(jsonOf(path)) : null;
  const stack = outputs?.success ? outputs.data[`mrt-${stage}`] : undefined;
  if (stack === undefined) throw new Error(`${path} has no outputs of mrt-${stage}: deploy first, npm run deploy`);
  return { stage, userPoolId: stack.UserPoolId, clientIds: JSON.parse(stack.ClientIds) };
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`);
  }
}

async function main([command, config, file, flag]: string[]): Promise<void> {
  if (config === undefined || file === undefined || (flag !== undefined && flag !== '--secrets')) {
    throw new Error(`npm run ${command} -- config/<stage>.json <file>${command === 'backup' ? ' [--secrets]' : ''}`);
  }
  const { stage, region } = readConfig(config);
  const pool = poolOf(stage);
  const cognito = new CognitoIdentityProviderClient({ region });
  if (command === 'backup') {
    const registered = await collect(cognito, pool, { secrets: flag === '--secrets', now: new Date() });
    // For the owner's eyes, and never over an older one.
    writeFileSync(file, `${JSON.stringify(registered, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    const { clients, people } = registered;
    process.stdout.write(`${file}: ${Object.keys(clients).length} clients, ${people.length} people\n`);
    return;
  }
  const parsed = registrations.safeParse(jsonOf(file));
  if (!parsed.success) throw new Error(`${file} is no file of npm run backup`);
  if (parsed.data.stage !== stage) throw new Error(`${file} is of the stage ${parsed.data.stage}, not of ${stage}`);
  for await (const { what, todo } of restore(cognito, pool, parsed.data)) {
    process.stdout.write(todo === null ? `ok    ${what}\n` : `todo  ${what}: ${todo}\n`);
  }
}

if (import.meta.main) {
  await main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
