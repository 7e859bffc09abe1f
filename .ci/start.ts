/**
 * `npm start` as README has it, twice: whether it comes up with all of the sample data, answers what README asks, ends
 * cleanly, and is quicker the second time.
 */
import { exec, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const ENDPOINTS = '.local/endpoints.json';
/** A first start makes the sample data; machines of CI services are slow. */
const MAX_START_MS = 120_000;
const MAX_STOP_MS = 20_000;

interface Endpoints {
  api: string;
  token_endpoint: string;
  client_id: string;
  client_secret: string;
}

async function until(condition: () => boolean, milliseconds: number, name: string): Promise<void> {
  const late = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > late) throw new Error(`not within ${milliseconds / 1000} s: ${name}`);
    await sleep(50);
  }
}

async function ask({ api, token_endpoint, client_id, client_secret }: Endpoints): Promise<void> {
  const credentials = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
  const tokens = await fetch(token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = (await tokens.json()) as { access_token: string };
  for (const target of [
    '/table_size?environment=shop-prod&limit=3',
    '/users?environment=shop-prod&summary=true',
    '/micro_flow_constants?environment=shop-prod&state=obsolete',
    '/bucket_size?environment=shop-prod&source=both',
  ]) {
    const response = await fetch(`${api}${target}`, { headers: { authorization: `Bearer ${access_token}` } });
    const { complete } = (await response.json()) as { complete?: boolean };
    if (response.status !== 200 || complete !== true) throw new Error(`${target}: ${response.status}`);
  }
  const users = await fetch(`${api}/users?environment=shop-prod&count=exact&limit=1`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const { count } = (await users.json()) as { count: { value: number } };
  if (count.value !== 25_000) throw new Error(`shop-prod has ${count.value} users in place of 25,000`);
}

/** The line for the command line, as it is printed. */
async function runMrt(screen: string): Promise<void> {
  const line = /^ *(npx mrt .*)$/m.exec(screen)?.[1];
  if (line === undefined) throw new Error('npm start prints no line for mrt');
  const { stdout } = await promisify(exec)(line);
  if (stdout.trimEnd().split('\n').length !== 6) throw new Error(`${line} gives no five tables:\n${stdout}`);
}

async function run(name: string): Promise<void> {
  const started = Date.now();
  const npm = spawn('npm', ['start', '--silent'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let screen = '';
  npm.stdout.on('data', (chunk) => {
    screen += chunk;
  });
  let ended = false;
  npm.once('exit', () => {
    ended = true;
  });
  try {
    await until(() => ended || existsSync(ENDPOINTS), MAX_START_MS, 'endpoints.json');
    if (ended) throw new Error('npm start has ended');
    process.stdout.write(`${name} start: ready after ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    await ask(JSON.parse(readFileSync(ENDPOINTS, 'utf8')) as Endpoints);
    await until(() => screen.includes('Stop it with'), MAX_STOP_MS, 'the screen');
    await runMrt(screen);
  } finally {
    npm.kill('SIGTERM');
    await until(() => ended && !existsSync(ENDPOINTS), MAX_STOP_MS, 'the end of npm start');
  }
}

await run('first');
await run('second');
