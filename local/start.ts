/** `npm start`: the whole API on this machine, until Ctrl-C. */
import { performance } from 'node:perf_hooks';
import { PortTakenError } from './port-probe.ts';
import { AlreadyRunningError } from './run-guard.ts';
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

/** When npm itself is killed, nobody could stop this process any more: it stops by itself. */
function watchParent(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 1000).unref();
}

const started = performance.now();
const starting = Promise.withResolvers<System | null>();
let stopping = false;

/** Ends the process in good order; a signal during the start waits for the part under way. */
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  print('\nStopping …');
  const system = await starting.promise;
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
  const system = await startSystem({
    port: portFrom(process.env),
    ...(process.env['MRT_CONFIG'] && { config: process.env['MRT_CONFIG'] }),
    environment: process.env,
    progress: (step, seconds) => print(seconds === null ? `  ${step} …` : `  ${step}: ${seconds.toFixed(1)} s`),
  });
  starting.resolve(system);
  if (!stopping) print(`Ready after ${((performance.now() - started) / 1000).toFixed(1)} s.\n${screen(system)}`);
} catch (error) {
  starting.resolve(null);
  process.stderr.write(`\n${advice(error)}\n`);
  process.exit(1);
}
