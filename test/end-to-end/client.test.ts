/** `@mrt/client` against the running system: what its users do. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clientCredentials, MrtClient, type MrtClientOptions, ProblemError, TokenError } from '@mrt/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PROGRAM } from '../packages/client/readme-program.ts';
import { type RunningSystem, sharedSystem } from './running-system.ts';

const environment = 'shop-prod';
let system: RunningSystem;
beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.end());

function clientOf(options: Partial<MrtClientOptions> = {}, secret = system.endpoints.client_secret): MrtClient {
  const { api, token_endpoint, client_id } = system.endpoints;
  const token = clientCredentials({ tokenEndpoint: token_endpoint, clientId: client_id, clientSecret: secret });
  return new MrtClient({ api, token, ...options });
}

describe('the client', () => {
  test('reads every path of the API, typed', async () => {
    const mrt = clientOf();
    expect(await mrt.get('/health')).toMatchObject({ status: 'ok' });
    expect((await mrt.get('/environments')).environments.map((one) => one.environment)).toContain(environment);
    expect((await mrt.get('/bucket_size', { environment })).total.size_bytes).toBeGreaterThan(0);
    expect((await mrt.get('/table_size', { environment, limit: 2 })).tables).toHaveLength(2);
    expect(
      (await mrt.get('/micro_flow_constants', { environment, summary: true })).summary['declared'],
    ).toBeGreaterThan(0);
  });

  test('gives each user once, in pages, in rows and in CSV', async () => {
    const mrt = clientOf();
    const ids: string[] = [];
    for await (const { users = [] } of mrt.pages('/users', { environment, limit: 150 }))
      ids.push(...users.map(({ id }) => id));
    const rows = mrt.rows('/users', { environment, limit: 1000, fields: ['id'] });
    const again: (string | undefined)[] = [];
    for await (const { id } of rows) again.push(id);
    let csv = '';
    for await (const { text } of mrt.csvPages('/users', { environment, limit: 200, fields: ['id'] })) csv += text;
    expect(ids.length).toBeGreaterThan(400);
    expect(new Set(ids).size).toBe(ids.length);
    expect(again).toEqual(ids);
    expect(rows.complete).toBe(true);
    expect(csv.trim().split('\r\n')).toEqual(['id', ...ids]);
  });

  test('sums up several environments, by the newest record', async () => {
    await system.record();
    const { environments, total } = await clientOf().fleet('/table_size', { environment: '*', summary: true });
    const counts = environments.map(({ summary }) => summary?.database.table_count ?? 0);
    expect(environments.map((one) => one.environment)).toContain(environment);
    expect(total.table_count).toBe(counts.reduce((sum, count) => sum + count, 0));
    expect(total.table_count).toBeGreaterThan(100);
  });

  test('says what the API says of a wrong request, with the id that the log has', async () => {
    const mrt = clientOf();
    const error = await mrt.get('/users', { environment, limit: 0 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    const { slug, requestId, problem } = error as ProblemError;
    expect(slug).toBe('invalid-parameter');
    expect(problem.errors?.[0]?.parameter).toBe('limit');
    await expect(mrt.get('/users', { environment: 'nowhere' })).rejects.toMatchObject({ slug: 'unknown-environment' });
    expect(requestId).not.toBeNull();
    await vi.waitFor(() => expect(system.logged('users')).toContain(requestId), 20_000);
  });

  test('sends the reason for clear text into the audit line', async () => {
    const { masked } = await clientOf().get(
      '/users',
      { environment, limit: 1, clear: true },
      { reason: 'ticket 4711' },
    );
    expect(masked).toBe(false);
    // The log is written beside the answer.
    await vi.waitFor(() => expect(system.logged('users')).toContain('ticket 4711'), 20_000);
  });

  test('replaces a token that the gateway refuses', async () => {
    const good = await system.token();
    const mrt = clientOf({ token: ({ refused }) => (refused === null ? 'not.a.token' : good) });
    expect((await mrt.get('/environments')).environments.length).toBeGreaterThan(0);
  });

  test('has no token where the secret is wrong, and says so without it', async () => {
    const error = await clientOf({}, 'wrong-secret')
      .get('/environments')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ code: 'invalid_client' });
    expect(String(error)).not.toContain('wrong-secret');
  });
});

test('the program of the README does what it says', async () => {
  const place = mkdtempSync(join(import.meta.dirname, '.readme-program-'));
  try {
    writeFileSync(join(place, 'program.ts'), PROGRAM);
    const { api, token_endpoint, client_id, client_secret } = system.endpoints;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(place, 'program.ts')], {
      env: {
        MRT_API: api,
        MRT_TOKEN_ENDPOINT: token_endpoint,
        MRT_CLIENT_ID: client_id,
        MRT_CLIENT_SECRET: client_secret,
      },
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^shop-prod \S+ \d+$/m);
    expect(stdout.trim().split('\n').length).toBeGreaterThanOrEqual(6);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
