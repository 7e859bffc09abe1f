/** What anybody may read, over the gateway: no token, and nothing of the stage in it. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PROBLEMS } from '../../lambdas/problems.ts';
import { type RunningSystem, sharedSystem } from './running-system.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.end());

/** Of the Airflow gateway, which the local stage does not have. */
const GATEWAY_SCOPE = 'mrt/airflow.trigger';

/** The repository's document as a stage without that gateway has it: nothing of it tells of the gateway's scope. */
function documentWithoutGateway(): object {
  const text = readFileSync('docs/openapi.json', 'utf8').replaceAll(`\`${GATEWAY_SCOPE}\`, `, '');
  return JSON.parse(text, (key, value) => {
    if (key === GATEWAY_SCOPE) return undefined;
    if (key !== 'security') return value;
    return value.filter((alternative: Record<string, string[]>) => !alternative['cognito']?.includes(GATEWAY_SCOPE));
  });
}

const get = (path: string, init: RequestInit = {}) => fetch(`${system.endpoints.api}${path}`, init);

describe('the OpenAPI document', () => {
  test('is served without a token, and is the one of the repository but for what the stage does not have and its address', async () => {
    const response = await get('/openapi.json');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ...documentWithoutGateway(), servers: [{ url: '/' }] });
  });

  test('is asked for once: with its ETag it is a 304', async () => {
    const etag = (await get('/openapi.json')).headers.get('etag') ?? '';
    const again = await get('/openapi.json', { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('leaves one line in the log, with no metric and no parameter', async () => {
    await get('/openapi.json?secret=mRkzq7');
    await vi.waitFor(() => expect(system.logged('documents')).toContain('"status":400'), 20_000);
    expect(system.logged('documents')).not.toMatch(/mRkzq7|_aws/);
  });
});

describe('the page of a problem', () => {
  test('is at the type of the problem that the API answers with', async () => {
    const { json } = await system.ask('/users?environment=nowhere');
    const { pathname } = new URL(String(json['type']), system.endpoints.api);
    const response = await get(pathname);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(PROBLEMS['unknown-environment'].advice);
  });

  test.each(['GET', 'HEAD'])('answers %s, for every problem that there is', async (method) => {
    for (const slug of Object.keys(PROBLEMS)) {
      const response = await get(`/problems/${slug}`, { method });
      expect([slug, response.status]).toEqual([slug, 200]);
      expect((await response.text()) === '').toBe(method === 'HEAD');
    }
  });

  test('is no way to anything else', async () => {
    for (const path of [
      '/problems/..%2fusers',
      '/problems/%2e%2e%2fopenapi.json',
      '/problems/nonsense',
      '/problems/',
    ]) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).not.toContain('nonsense');
    }
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect((await get('/openapi.json', { method })).status).toBe(404);
    }
  });
});
