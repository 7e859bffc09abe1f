/**
 * `mrt-agent`: `enrol`, `accept` and `run`. In an image it is `index.mjs` with `settings.json` beside it; from a clone
 * `node agent/main.ts run --config config/agent.json` does the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAgentSettings } from './settings.ts';

const USAGE = `mrt-agent enrol  --name <agent> --trust-domain <domain> --credential <folder>
    makes a key there, which stays, and prints the certificate request for the Regional side
mrt-agent accept --credential <folder> < certificate.pem
    puts the certificate beside its key; a running agent uses it within five minutes
mrt-agent run    [--settings <file> | --config <agent.json>] [--credential <folder>]
    serves; without --credential key and certificate are read from the secret of the settings`;

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

async function run(values: Values): Promise<void> {
  const { startAgent } = await import('./run.ts');
  const settings =
    values.config === undefined
      ? parseAgentSettings(readFileSync(values.settings ?? join(import.meta.dirname, 'settings.json'), 'utf8'))
      : await (await import('./from-config.ts')).settingsFrom(values.config);
  const { MRT_AGENT_BROKER_URL: url, MRT_AGENT_BROKER_CA_FILE: caFile } = process.env;
  const { agent, ended } = await startAgent({
    settings,
    folder: values.credential ?? null,
    ...(url && caFile && { broker: { url, ca: readFileSync(caFile, 'utf8') } }),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void agent.stop());
  await ended;
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [command] = positionals;
  switch (values.help === true ? undefined : command) {
    case 'enrol': {
      const { enrolIn } = await import('./enrol.ts');
      const request = await enrolIn(
        required(values, 'credential'),
        required(values, 'name'),
        required(values, 'trust-domain'),
      );
      process.stdout.write(request);
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
