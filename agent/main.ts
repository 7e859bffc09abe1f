#!/usr/bin/env node
/**
 * `mrt-agent`. In an image it is `index.mjs` with `settings.json` beside it; as a package it reads its configuration as it
 * starts, as `node agent/main.ts run --config config/agent.json` does in a clone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type AgentSettings, parseAgentSettings } from './settings.ts';

const USAGE = `mrt-agent enrol  --name <agent> --trust-domain <domain> --credential <folder>
    makes a key there, which stays, and prints the certificate request for the Regional side
mrt-agent renew  --credential <folder> [--name <agent> --trust-domain <domain>]
    the same for the next certificate: the one in use stays in use until the next is accepted
mrt-agent accept --credential <folder> < certificate.pem
    puts the certificate beside its key; a running agent uses it within five minutes
mrt-agent check  [--settings <file> | --config <agent.json>] [--credential <folder>]
    looks whether it could serve from here, and disturbs no agent that does
mrt-agent run    [--settings <file> | --config <agent.json>] [--credential <folder>]
    serves; without --credential key and certificate are read from the secret of the settings
mrt-agent help`;

const OPTIONS = {
  name: { type: 'string' },
  'trust-domain': { type: 'string' },
  credential: { type: 'string' },
  settings: { type: 'string' },
  config: { type: 'string' },
  help: { type: 'boolean' },
} as const;

type Values = Partial<Record<Exclude<keyof typeof OPTIONS, 'help'>, string>>;

/** A wrong command line, which is answered with its usage. */
class UsageError extends Error {}

function required(values: Values, name: keyof Values): string {
  const value = values[name];
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

async function settingsOf(values: Values): Promise<AgentSettings> {
  if (values.config !== undefined) return (await import('./from-config.ts')).settingsFrom(values.config);
  const file = values.settings ?? join(import.meta.dirname, 'settings.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (values.settings === undefined) throw new UsageError('--config is missing', { cause });
    throw cause;
  }
  return parseAgentSettings(text);
}

/** Where the broker is, where it is not IoT Core. */
function otherBroker() {
  const { MRT_AGENT_BROKER_URL: url, MRT_AGENT_BROKER_CA_FILE: caFile } = process.env;
  return url && caFile ? { broker: { url, ca: readFileSync(caFile, 'utf8') } } : {};
}

async function run(values: Values): Promise<void> {
  const { startAgent } = await import('./run.ts');
  const settings = await settingsOf(values);
  const { agent, ended } = await startAgent({ settings, folder: values.credential ?? null, ...otherBroker() });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void agent.stop());
  await ended;
}

/** One line for each thing; the program fails where one of them is not good. */
async function check(values: Values): Promise<void> {
  const { agentChecks } = await import('./run.ts');
  const settings = await settingsOf(values);
  for await (const { what, words, isGood } of agentChecks({
    settings,
    folder: values.credential ?? null,
    ...otherBroker(),
  })) {
    process.stdout.write(`${isGood ? 'ok ' : 'NO '} ${what}: ${words}\n`);
    if (!isGood) process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [command] = positionals;
  switch (values.help === true ? 'help' : command) {
    case 'enrol': {
      const { enrolIn } = await import('./enrol.ts');
      const folder = required(values, 'credential');
      process.stdout.write(await enrolIn(folder, required(values, 'name'), required(values, 'trust-domain')));
      return;
    }
    case 'renew': {
      const { enrolIn, enrolledAs } = await import('./enrol.ts');
      const folder = required(values, 'credential');
      const before = values.name === undefined ? await enrolledAs(folder) : null;
      const name = before?.name ?? required(values, 'name');
      process.stdout.write(await enrolIn(folder, name, before?.trustDomain ?? required(values, 'trust-domain')));
      return;
    }
    case 'accept': {
      const { acceptCertificate } = await import('./enrol.ts');
      const { ends } = await acceptCertificate(required(values, 'credential'), readFileSync(0, 'utf8'));
      process.stdout.write(`The certificate is in use until ${ends.toISOString()}.\n`);
      return;
    }
    case 'run':
      await run(values);
      return;
    case 'check':
      await check(values);
      return;
    case 'help':
      process.stdout.write(`${USAGE}\n`);
      return;
    default:
      throw new UsageError(command === undefined ? 'what shall it do?' : `there is no command ${command}`);
  }
}

try {
  await main();
} catch (error) {
  const { message } = error as Error;
  process.stderr.write(
    error instanceof UsageError || message.includes('option') ? `${message}\n\n${USAGE}\n` : `${message}\n`,
  );
  process.exitCode = 1;
}
