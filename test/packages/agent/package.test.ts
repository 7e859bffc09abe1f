/** `mrt-agent` as it ships: packed, installed from the file alone into an empty folder, and run there. */
import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseHeartbeat } from '../../../lambdas/relay/events.ts';
import { heartbeatTopic } from '../../../lambdas/relay/topics.ts';
import { type Account, startAccount } from '../../agent/account.ts';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'mrt-agent-package-'));
/** Nothing of this machine's but the programs. */
const BARE = { PATH: process.env['PATH'], HOME: folder } as Record<string, string>;

let account: Account;
let api: Server;
let program: string;
let credential: string;
let config: string;
let environment: Record<string, string>;

/** What the Regional API publishes. */
function publicKeys(): string {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const key = { kty: 'EC', crv: 'P-256', x, y, kid: 'A'.repeat(43), use: 'jwt-svid', alg: 'ES256' };
  return JSON.stringify({ keys: [key] });
}

async function mrtAgent(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await run(program, words, { env: environment, cwd: folder });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

beforeAll(async () => {
  // Things are there before their certificates.
  account = await startAccount(['depot']);
  api = createServer((_request, response) => response.end(publicKeys())).listen(0, '127.0.0.1');
  const npm = { cwd: ROOT, env: { ...BARE, npm_config_cache: join(folder, 'npm') } };
  const { stdout } = await run('npm', ['pack', '-w', '@mrt/agent', '--json', '--pack-destination', folder], npm);
  const packed = JSON.parse(stdout.slice(stdout.indexOf('['))) as { filename: string }[];
  const place = join(folder, 'machine');
  mkdirSync(place);
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, packed[0]?.filename ?? '')], {
    ...npm,
    cwd: place,
  });
  program = join(place, 'node_modules', '.bin', 'mrt-agent');
  credential = join(folder, 'credential');
  config = join(folder, 'agent.json');
  const local = JSON.parse(readFileSync(join(ROOT, 'config/agent/local.json'), 'utf8'));
  const { port } = api.address() as AddressInfo;
  const database = { ...local.databases['depot-db'], port };
  const regional = { ...local.regional, api: `http://127.0.0.1:${port}` };
  writeFileSync(config, JSON.stringify({ ...local, regional, databases: { 'depot-db': database } }));
  writeFileSync(join(folder, 'ca.pem'), account.ca);
  environment = {
    ...BARE,
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
    MRT_AGENT_BROKER_URL: account.brokerUrl,
    MRT_AGENT_BROKER_CA_FILE: join(folder, 'ca.pem'),
  };
}, 120_000);
afterAll(async () => {
  api.close();
  await account.broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the package needs no other, and holds the program, the authorities of all Regions and the unit', () => {
  const modules = join(folder, 'machine', 'node_modules');
  expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['@mrt']);
  const place = join(modules, '@mrt', 'agent');
  expect(readdirSync(place).toSorted()).toEqual(['README.md', 'dist', 'mrt-agent.service', 'package.json']);
  const authorities = readFileSync(join(place, 'dist', 'rds-ca.pem'), 'utf8');
  expect(authorities.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(80);
  // The unit calls the program by words that it has.
  const [, ...words] =
    /^ExecStart=\S+ (.*)$/m.exec(readFileSync(join(place, 'mrt-agent.service'), 'utf8'))?.[1]?.split(' ') ?? [];
  expect(words).toEqual(['run', '--config', '/etc/mrt/agent.json', '--credential', '/etc/mrt/credential']);
});

test('a wrong command line is answered with the right ones', async () => {
  const help = await mrtAgent('help');
  expect(help).toMatchObject({ code: 0, err: '' });
  for (const command of ['enrol', 'renew', 'accept', 'check', 'run'])
    expect(help.out).toContain(`mrt-agent ${command}`);
  expect(await mrtAgent('serve')).toMatchObject({ code: 1, err: `there is no command serve\n\n${help.out}` });
  const named = ['enrol', '--trust-domain', 'mrt.local', '--credential', credential, '--name', 'De pot'];
  expect((await mrtAgent(...named)).err).toContain('spiffe://mrt.local/agent/De pot has a part');
  expect((await mrtAgent('run')).err).toContain('--config is missing');
  expect((await mrtAgent('renew', '--credential', folder)).err).toContain('has no earlier request');
  expect((await mrtAgent('run', '--config', join(folder, 'none.json'))).err).toContain('no such file');
});

test('it enrols, says what is still wrong, serves, and renews its certificate', { timeout: 120_000 }, async () => {
  const enrolled = await mrtAgent(
    'enrol',
    '--name',
    'depot',
    '--trust-domain',
    'mrt.local',
    '--credential',
    credential,
  );
  expect(enrolled).toMatchObject({ code: 0, err: '' });
  const before = await mrtAgent('check', '--config', config, '--credential', credential);
  expect(before.code).toBe(1);
  expect(before.out).toContain('NO  certificate: agent-key.pem cannot be read');

  await accept(await account.issue('depot', enrolled.out));
  const good = await mrtAgent('check', '--config', config, '--credential', credential);
  expect(good.out.split('\n').map((line) => line.slice(0, line.indexOf(':')))).toEqual([
    ...['ok  AWS keys', 'ok  certificate', 'ok  broker', 'ok  public keys', 'ok  clock', 'ok  database depot-db', ''],
  ]);
  expect(good.code).toBe(0);

  const isHere = new Promise<string[]>((resolve) => {
    account.broker.onMessage((topic, payload) => {
      const beat = topic === heartbeatTopic('depot') ? parseHeartbeat(payload) : null;
      if (beat?.data.state === 'here') resolve(beat.data.environments);
    });
  });
  const agent = spawn(program, ['run', '--config', config, '--credential', credential], { env: environment });
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  try {
    expect(await isHere).toEqual(['depot-prod']);
  } finally {
    agent.kill('SIGTERM');
  }
  expect(await ended).toBe(0);

  const renewed = await mrtAgent('renew', '--credential', credential);
  expect(renewed.out).toContain('BEGIN CERTIFICATE REQUEST');
  expect(renewed.out).not.toBe(enrolled.out);
  await accept(await account.issue('depot', renewed.out));
  account.broker.revoke(account.certificateId('depot'));
  const revoked = await mrtAgent('check', '--config', config, '--credential', credential);
  expect(revoked.out).toMatch(/^NO {2}broker: .*does not take the certificate/m);
  expect(existsSync(join(credential, 'next-key.pem'))).toBe(false);
});

async function accept(certificate: string): Promise<void> {
  const accepting = run(program, ['accept', '--credential', credential], { env: environment });
  accepting.child.stdin?.end(certificate);
  expect((await accepting).stdout).toContain('The certificate is in use until 2049-12-31');
}
