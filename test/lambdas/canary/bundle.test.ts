/** The canary as it ships, before an API, a token endpoint and a Secrets Manager that stand on this machine. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUNDLE_FILES, CANARY_METRIC, CANARY_VARIABLES } from '../../../lambdas/contract.ts';
import { BUNDLER_OPTIONS } from '../../../lib/functions/bundle.ts';

const TOKEN = 'the-token-of-the-canary';
const SECRET = 'the-secret-of-the-client';
const run = promisify(execFile);

/** What the world answers; each test spoils one thing. */
interface World {
  health: number;
  /** Without a token, and with one. */
  closed: number;
  open: number;
  body: string;
  secret: string;
}

let world: World;
let asked: string[];
let server: Server;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mrt-canary-'));
  buildSync({ ...BUNDLER_OPTIONS, entryPoints: [{ in: 'lambdas/canary/handler.ts', out: 'index' }], outdir: folder });
  writeFileSync(join(folder, BUNDLE_FILES.settings), JSON.stringify({ stage: 'test', paths: ['/environments'] }));
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  world = { health: 200, closed: 401, open: 200, body: '{"environments":[]}', secret: SECRET };
  asked = [];
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', method = '', headers } = request;
  const json = (status: number, body: string) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  asked.push(`${method} ${url}`);
  if (headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
    json(200, JSON.stringify({ SecretString: world.secret }));
  } else if (url === '/oauth2/token') {
    const isRight = headers.authorization === `Basic ${btoa(`client:${SECRET}`)}`;
    json(isRight ? 200 : 400, isRight ? JSON.stringify({ access_token: TOKEN, expires_in: 3600 }) : '{}');
  } else if (url === '/health') {
    json(world.health, '{"status":"ok"}');
  } else {
    json(headers.authorization === `Bearer ${TOKEN}` ? world.open : world.closed, world.body);
  }
}

/** Runs the handler so often in one instance, and reads the lines that it writes. */
async function runs(times = 1): Promise<{ line: Record<string, unknown>; text: string }[]> {
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = `const { handler } = await import(${JSON.stringify(join(folder, 'index.mjs'))});
    for (let run = 0; run < ${times}; run += 1) await handler({});`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], {
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: here,
      [CANARY_VARIABLES.api]: here,
      [CANARY_VARIABLES.tokenEndpoint]: `${here}/oauth2/token`,
      [CANARY_VARIABLES.clientId]: 'client',
      [CANARY_VARIABLES.secret]: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:canary',
    },
  });
  return stdout
    .trim()
    .split('\n')
    .map((text) => ({ text, line: JSON.parse(text) as Record<string, unknown> }));
}

const failures = async () => (await runs()).map(({ line }) => line[CANARY_METRIC]);

describe('the canary', () => {
  test('finds nothing wrong where health is open, the rest is closed, and its token opens it', async () => {
    const [first] = await runs();
    expect(first?.line).toMatchObject({ event: 'mrt.canary', stage: 'test', [CANARY_METRIC]: 0 });
    expect(asked).toEqual(['GET /health', 'GET /environments', 'POST /', 'POST /oauth2/token', 'GET /environments']);
  });

  test('writes its metric as CloudWatch reads it, and neither token nor secret nor address', async () => {
    const [first] = await runs();
    expect(first?.line['_aws']).toMatchObject({
      CloudWatchMetrics: [{ Namespace: 'MRT', Dimensions: [['stage']], Metrics: [{ Name: CANARY_METRIC }] }],
    });
    for (const hidden of [TOKEN, SECRET, '127.0.0.1', 'arn:']) expect(first?.text).not.toContain(hidden);
  });

  test('takes one token for its runs, as each is paid for', async () => {
    expect(await runs(3)).toHaveLength(3);
    expect(asked.filter((question) => question === 'POST /oauth2/token')).toHaveLength(1);
  });

  test.each<[string, Partial<World>]>([
    ['health does not answer', { health: 503 }],
    ['it is open without a token', { closed: 200 }],
    ['its token opens nothing', { open: 403 }],
    ['the answer is no JSON', { body: '<html>' }],
    ['its secret is another', { secret: 'old' }],
  ])('counts that %s', async (_, change) => {
    Object.assign(world, change);
    expect((await failures()).every((count) => Number(count) > 0)).toBe(true);
  });
});
