import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { clientEndpointsPath } from '../../local/endpoints-file.ts';
import { AlreadyRunningError } from '../../local/run/folder-lock.ts';
import { PortTakenError } from '../../local/run/port-probe.ts';
import { type System, startSystem } from '../../local/system.ts';
import { EVERYTHING, principal } from '../packages/local-aws/iam/principal.ts';

/** A start takes seconds, on a busy machine many. */
const START_MS = 120_000;

/** PostgreSQL's own user must be able to enter it. */
function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-system-'));
  chmodSync(directory, 0o755);
  return directory;
}

let directory: string;
let system: System;
const steps: string[] = [];

beforeAll(async () => {
  directory = folder();
  const progress = (step: string, seconds: number | null) =>
    void steps.push(`${step} ${seconds === null ? '…' : 'done'}`);
  system = await startSystem({ directory, sampleScale: 0.01, progress });
});

afterAll(async () => {
  await system.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Command lines of the processes that were told of this folder. */
function processesIn(place: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const [command, environment] = ['cmdline', 'environ'].map((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'utf8'),
        );
        return `${command}${environment}`.includes(place) ? [`${pid} ${command}`] : [];
      } catch {
        // It has ended, or is somebody else's.
        return [];
      }
    });
}

async function ask(path: string, authorization?: string) {
  const headers = { authorization: authorization ?? `Bearer ${await system.token()}` };
  const response = await fetch(system.endpoints.api + path, { headers });
  return { status: response.status, body: await response.json() };
}

describe('a system that has started', () => {
  test.each([
    '/health',
    '/environments',
    '/bucket_size?environment=shop-prod',
    '/table_size?environment=shop-prod',
    '/users?environment=shop-prod',
    '/users?environment=shop-acc',
    '/micro_flow_constants?environment=shop-prod',
  ])('answers %s', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 200, body: { complete: true } });
  });

  test('gives tokens to the sample client', async () => {
    const { token_endpoint, client_id, client_secret } = system.endpoints;
    const response = await fetch(token_endpoint, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      headers: { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` },
    });
    const { access_token } = (await response.json()) as { access_token: string };
    expect((await ask('/environments', `Bearer ${access_token}`)).status).toBe(200);
  });

  test('says where it is in endpoints.json, to its user only', () => {
    const path = join(directory, 'endpoints.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(system.endpoints);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('has the same for each client of the configuration, with what that client may read', async () => {
    const clients = readdirSync(join(directory, 'clients')).sort();
    expect(clients).toEqual(['depot-client.json', 'depot-manager.json', 'pet-shop-client.json', 'sample-client.json']);
    for (const [name, environment] of [
      ['sample-client', 'shop-prod'],
      ['pet-shop-client', 'pet-shop-prod'],
    ]) {
      const path = clientEndpointsPath(directory, name ?? '');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const own = JSON.parse(readFileSync(path, 'utf8'));
      expect(own).toEqual({ ...system.endpoints, ...system.endpoints.clients[name ?? ''] });
      expect(own.environment).toBe(environment);
      const { body } = await ask('/environments', `Bearer ${await system.token({ client: name ?? '' })}`);
      expect(JSON.stringify(body)).toContain(`"environment":"${environment}"`);
    }
  });

  test('has told its steps, begin and end', () => {
    expect(steps).toContain('synthesise the stack …');
    expect(steps).toContain('publish the keys done');
  });

  test('writes the access log in the format of the template', async () => {
    await ask('/users?environment=shop-prod');
    const log = readFileSync(join(system.logDirectory, 'access.log'), 'utf8').trimEnd().split('\n');
    expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({ routeKey: 'GET /users', status: '200' });
  });

  test('is alone in its folder', async () => {
    await expect(startSystem({ directory })).rejects.toThrow(AlreadyRunningError);
    expect(existsSync(join(directory, 'endpoints.json'))).toBe(true);
  });
});

describe('IAM', () => {
  test('without a permission in its role a function fails as in AWS', async () => {
    const role = [...system.principals.values()].find(({ name }) => name === 'users');
    const policies = role?.policies.splice(0) ?? [];
    system.functions.restart();
    // It cannot even read the keys that tokens are verified with.
    expect(await ask('/users?environment=shop-prod')).toMatchObject({ status: 503 });
    role?.policies.push(...policies);
    system.functions.restart();
    expect(await ask('/users?environment=shop-prod')).toMatchObject({ status: 200 });
  });
});

describe('PostgreSQL', () => {
  test('that is stopped is a 503, and its return needs no restart', async () => {
    await system.databases.postgres?.stop();
    expect(await ask('/users?environment=shop-prod')).toMatchObject({
      status: 503,
      body: { reason: 'unreachable' },
    });
    await system.databases.postgres?.start();
    expect(await ask('/users?environment=shop-prod')).toMatchObject({ status: 200 });
  });
});

describe('PostgreSQL that is killed', () => {
  test('comes back by itself', async () => {
    const { pid } = system.databases.postgres ?? { pid: null };
    process.kill(pid ?? 0, 'SIGKILL');
    // The sessions of the killed server may answer for a moment longer.
    await vi.waitFor(() => expect(system.databases.postgres?.pid).not.toBe(pid), { timeout: 20_000, interval: 50 });
    await vi.waitFor(async () => expect(await ask('/users?environment=shop-prod')).toMatchObject({ status: 200 }), {
      timeout: 20_000,
      interval: 200,
    });
  });
});

describe('a rotation of the pool’s keys', () => {
  test('reaches functions that start after the publisher has run', async () => {
    await system.rotateKeys();
    await system.publish();
    system.functions.restart();
    expect(await ask('/environments')).toMatchObject({ status: 200 });
  });
});

describe('a burst', () => {
  test('of 1,000 requests is answered or throttled, in the gateway’s own words, and the API goes on', async () => {
    const authorization = `Bearer ${await system.token()}`;
    const ask = async () => {
      const response = await fetch(`${system.endpoints.api}/environments`, { headers: { authorization } });
      return [response.status, response.status === 200 ? '' : await response.text()].join(' ').trim();
    };
    const answers = await Promise.all(Array.from({ length: 1_000 }, ask));
    const kinds = new Set(answers);
    expect(kinds).toContain('200');
    expect(kinds).toContain('429 {"message":"Too Many Requests"}');
    kinds.delete('503 {"message":"Service Unavailable"}');
    expect(kinds).toHaveLength(2);
    // The bucket fills again within a second or two.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await ask()).toBe('200');
  });
});

describe('a start that cannot succeed', () => {
  test('says that the port is taken, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const place = folder();
    await expect(startSystem({ directory: place, port })).rejects.toThrow(new PortTakenError(port));
    expect(existsSync(join(place, 'run.pid'))).toBe(false);
    other.close();
    rmSync(place, { recursive: true });
  });

  test.skipIf(!existsSync('/proc/self/environ'))('ends what it has started: synthesis and PostgreSQL too', async () => {
    const place = folder();
    // Where PostgreSQL's data should go there is a file; a stage of its own makes synthesis run.
    writeFileSync(join(place, 'postgres'), '');
    const file = join(place, 'config.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync('config/local.json', 'utf8')), stage: 'failing' }));
    await expect(startSystem({ directory: place, config: file })).rejects.toThrow('EEXIST');
    await vi.waitFor(() => expect(processesIn(place)).toEqual([]), 20_000);
    expect(existsSync(join(place, 'run.pid'))).toBe(false);
    rmSync(place, { recursive: true });
  });

  test('names a folder that PostgreSQL cannot be made in', async () => {
    const place = mkdtempSync(join(folder(), 'a "quoted" $name '));
    await expect(startSystem({ directory: place, sampleScale: 0.01 })).rejects.toThrow('has a " in it');
    rmSync(place, { recursive: true });
  });

  test('names the configuration that is wrong', async () => {
    const place = folder();
    await expect(startSystem({ directory: place, config: join(place, 'none.json') })).rejects.toThrow('none.json');
    rmSync(place, { recursive: true });
  });
});

test(
  'foreign back ends are asked through the same services, and none of ours is started',
  async () => {
    const place = folder();
    const { s3, cloudwatch, postgres } = system.endpoints;
    const keys = { accessKeyId: 'FOREIGNKEY', secretAccessKey: 'foreign secret', sessionToken: 'foreign session' };
    system.iam.register(principal([EVERYTHING], keys));
    const other = await startSystem({
      directory: place,
      environment: {
        MRT_DATABASE_URL: `postgresql://${postgres.user}:${postgres.password}@${postgres.host}:${postgres.port}/${postgres.database}`,
        ...{ AWS_ENDPOINT_URL_S3: s3, AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch },
        ...{ AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
        AWS_SESSION_TOKEN: keys.sessionToken,
      },
    });
    const authorization = `Bearer ${await other.token()}`;
    for (const route of ['table_size', 'users', 'micro_flow_constants', 'bucket_size', 'bucket_size?source=listing']) {
      const url = new URL(`${other.endpoints.api}/${route}`);
      url.searchParams.set('environment', 'shop-prod');
      const response = await fetch(url, { headers: { authorization } });
      expect([route, response.status, await response.json()]).toEqual([
        route,
        200,
        expect.objectContaining({ complete: true }),
      ]);
    }
    expect(other.endpoints).toMatchObject({ s3, cloudwatch, postgres });
    expect(other.databases.postgres).toBeNull();
    await other.stop();
    rmSync(place, { recursive: true });
  },
  START_MS,
);

test(
  'a template without the permission to invoke makes the gateway answer 500',
  async () => {
    const place = folder();
    const changed = await startSystem({
      directory: place,
      sampleScale: 0,
      changeTemplate: ({ Resources }) => {
        for (const [name, { Type }] of Object.entries(Resources)) {
          if (Type === 'AWS::Lambda::Permission' && name.includes('health')) delete Resources[name];
        }
      },
    });
    const response = await fetch(`${changed.endpoints.api}/health`);
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    await changed.stop();
    rmSync(place, { recursive: true });
  },
  START_MS,
);

test('`npm start` that cannot run ends with 1 and says what to do, without a stack', async () => {
  const { port } = new URL(system.endpoints.api);
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../local/start.ts')], {
    env: { ...process.env, PORT: port, MRT_CONFIG: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code).toBe(1);
  // Somebody may also have started the API in this very clone.
  expect(said).toMatch(/Port \d+ is taken by another program. Choose another one: PORT=|already runs from this folder/);
  expect(said).not.toMatch(/^\s+at /m);
});
