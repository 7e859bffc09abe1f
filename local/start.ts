/** `npm start`: the whole API on this machine, until Ctrl-C. */
import { join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { advice } from './advice.ts';
import { clientEndpointsPath, endpointsPath } from './endpoints-file.ts';
import { runEvents } from './run/events.ts';
import { watchParent } from './run/parent.ts';
import { PROJECT } from './stack/synthesis.ts';
import { type System, startSystem } from './system.ts';

const DEFAULT_PORT = 3000;
const DIRECTORY = join(PROJECT, '.local');

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
  const {
    api,
    token_endpoint,
    client_id,
    client_secret,
    postgres,
    s3,
    cloudwatch,
    environment,
    console: page,
    airflow_gateway,
    clients,
  } = endpoints;
  const others = Object.keys(clients).filter((name) => clients[name]?.client_id !== client_id);
  const fromHere = (path: string) => relative(process.cwd(), path);
  const routes = [...new Set(deployment.api.routes.map((route) => route.path))].join(' ');
  return `
  API             ${api}   ${routes}${page === null ? '' : `\n  Console         ${page}`}${airflow_gateway === null ? '' : `\n  Airflow gateway ${airflow_gateway}`}
  Token endpoint  ${token_endpoint}
  PostgreSQL      ${postgres.host}:${postgres.port}
  S3              ${s3}
  CloudWatch      ${cloudwatch}
  Logs            ${logDirectory}

Ask it:

  TOKEN=$(curl -s -u ${client_id}:${client_secret} -d grant_type=client_credentials ${token_endpoint} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'); curl -s --compressed -H "Authorization: Bearer $TOKEN" '${api}/table_size?environment=${environment}&limit=5'

  npx mrt tables --limit 5 --profile ${fromHere(endpointsPath(DIRECTORY))}
${others.length === 0 ? '' : asAnother(others, fromHere(clientEndpointsPath(DIRECTORY, '<client>')))}
Stop it with Ctrl-C.`;
}

/** How the other clients of the configuration ask, which may read other environments. */
function asAnother(names: readonly string[], path: string): string {
  const [first = '', ...more] = names;
  const rest = more.length > 3 ? [...more.slice(0, 3), '…'] : more;
  const also = rest.length === 0 ? '' : `   (or ${rest.join(', ')})`;
  return `  npx mrt environments --profile ${path.replace('<client>', first)}${also}\n`;
}

/**
 * Starts the other accounts; then today's figures by the recorder itself, and ninety days behind them. In this order, as an
 * environment has one turn in a quarter of an hour: an agent that came after it would have no figures until the next.
 */
async function recordSamples({ startAccounts, record, recordPast }: System): Promise<void> {
  await startAccounts().catch((error: Error) => print(`  other accounts: ${error.message}`));
  await record();
  await recordPast();
}

const started = performance.now();
let system: System | undefined;
let stopping = false;

/** Ends the process in good order; during the start at once, and the watchdog clears up. npm passes Ctrl-C on twice. */
async function stop(exitCode = 0): Promise<void> {
  if (stopping) return;
  stopping = true;
  print('\nStopping …');
  await system?.stop().catch(() => undefined);
  print('Stopped.');
  process.exit(exitCode);
}

/** A part is gone for good: a run that answers only in part would be taken for a fault of the API. */
function failed(error: Error): void {
  process.stderr.write(`\nThe run ends: ${advice(error, DIRECTORY)}\n`);
  void stop(1);
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
    otherAccounts: true,
    events: runEvents(print, failed),
    progress: (step, seconds) => print(seconds === null ? `  ${step} …` : `  ${step}: ${seconds.toFixed(1)} s`),
  });
  // Beside the run: the fleet and /metrics have figures some seconds later; what fails is in the recorder's log. Until the
  // agents of the other accounts are there, their environments are answered with agent-unreachable.
  recordSamples(system).catch(() => undefined);
  // So is the console: whoever opens it before it is built waits for it, and is told what went wrong.
  system.prepareConsole().catch(() => undefined);
  print(`Ready after ${((performance.now() - started) / 1000).toFixed(1)} s.\n${screen(system)}`);
} catch (error) {
  process.stderr.write(`\nThe start failed: ${advice(error, DIRECTORY)}\n`);
  process.exit(1);
}
