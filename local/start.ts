/** `npm start`: the whole API on this machine, until Ctrl-C. */
import { performance } from 'node:perf_hooks';
import { AlreadyRunningError } from './run/folder-lock.ts';
import { PortTakenError } from './run/port-probe.ts';
import { type System, startSystem } from './system.ts';

const DEFAULT_PORT = 3000;

/** A message for a person, without a stack: what is wrong and what to do. */
function advice(error: unknown): string {
  if (error instanceof PortTakenError) {
    return `Port ${error.port} is taken by another program. Choose another one: PORT=${error.port + 1} npm start`;
  }
  if (error instanceof AlreadyRunningError) {
    return `The API already runs from this folder (process ${error.pid}). Stop it with Ctrl-C in its terminal, or: kill ${error.pid}`;
  }
  return `The start failed: ${error instanceof Error ? error.message : error}\nLogs are in .local/log.`;
}

function portFrom(environment: NodeJS.ProcessEnv): number {
  const text = environment['PORT'] || String(DEFAULT_PORT);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT must be 0 to 65535, not ${text}`);
  return port;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function screen({ endpoints, logDirectory, deployment }: System): string {
  const { api, token_endpoint, client_id, client_secret, postgres, s3, cloudwatch, environment } = endpoints;
  const routes = [...new Set(deployment.api.routes.map((route) => route.path))].join(' ');
  return `
  API             ${api}   ${routes}
  Token endpoint  ${token_endpoint}
  PostgreSQL      ${postgres.host}:${postgres.port}
  S3              ${s3}
  CloudWatch      ${cloudwatch}
  Logs            ${logDirectory}

Ask it:

  TOKEN=$(curl -s -u ${client_id}:${client_secret} -d grant_type=client_credentials ${token_endpoint} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'); curl -s --compressed -H "Authorization: Bearer $TOKEN" '${api}/table_size?environment=${environment}&limit=5'

Stop it with Ctrl-C.`;
}

/**
 * When npm itself is killed, nobody knows of this process any more: it stops by itself. The `exec` in package.json's
 * `start` makes npm its parent, where a shell would stand between.
 */
function watchParent(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 500).unref();
}

const started = performance.now();
let system: System | undefined;
let stopping = false;

/** Ends the process in good order; during the start at once, and the watchdog clears up. npm passes Ctrl-C on twice. */
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  print('\nStopping …');
  await system?.stop();
  print('Stopped.');
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
// A reader that goes away (`npm start | head`) must not end the run.
process.stdout.on('error', () => undefined);
watchParent(() => void stop());

try {
  print('Starting the MRT API on this machine …');
  system = await startSystem({
    port: portFrom(process.env),
    ...(process.env['MRT_CONFIG'] && { config: process.env['MRT_CONFIG'] }),
    environment: process.env,
    progress: (step, seconds) => print(seconds === null ? `  ${step} …` : `  ${step}: ${seconds.toFixed(1)} s`),
  });
  print(`Ready after ${((performance.now() - started) / 1000).toFixed(1)} s.\n${screen(system)}`);
} catch (error) {
  process.stderr.write(`\n${advice(error)}\n`);
  process.exit(1);
}
