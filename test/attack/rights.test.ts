/**
 * Who may do what, as one table: each set of scopes × each caller × each environment × each route, over HTTP. What is
 * right stands here as plain lists, and not by the rules that the product works out.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, type RunningSystem, runSystem } from '../end-to-end/running-system.ts';
import { attackedStage } from './attacked-stage.ts';
import { ALL, CALLERS, type Caller, ENVIRONMENTS, type Entries, member, READ, SCOPES } from './callers.ts';

const directory = mkdtempSync(join(tmpdir(), 'mrt-rights-'));
let system: RunningSystem;

beforeAll(async () => {
  system = await runSystem({ sampleScale: 0.01, config: attackedStage(directory), changeTemplate: withoutThrottles });
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await system.end();
});

/** The environments that a caller with such a token may read by any of `wanted`. */
function openTo(entries: Entries, scopes: readonly string[], wanted: readonly string[]): string[] {
  const good = wanted.filter((scope) => scopes.includes(scope));
  return entries.flatMap(([granted, environments]) =>
    good.some((scope) => granted.includes(scope)) ? environments : [],
  );
}

function expected(caller: Caller, scopes: readonly string[], environment: string, route: keyof typeof READ): string {
  if (!READ[route].some((scope) => scopes.includes(scope))) return '403 gateway';
  const environments = openTo(caller.entries, scopes, READ[route]);
  if (environments.length === 0) return '403 Missing scope';
  if (!environments.includes(environment)) return '404 Unknown environment';
  // It has an Airflow and nothing else.
  if (environment === 'etl-prod') return '404 Not offered';
  return environment === 'depot-prod' && route !== 'bucket_size' ? '404 Not offered' : '200';
}

describe.each(Object.entries(CALLERS))('%s', (_, caller) => {
  test.each(Object.keys(READ) as (keyof typeof READ)[])(
    '/%s, with each set of scopes in each environment',
    async (route) => {
      const wrong: string[] = [];
      for (const scopes of SCOPES) {
        const token = await system.token({ ...caller.token, scopes });
        for (const environment of ENVIRONMENTS) {
          const { status, text, json } = await system.ask(`/${route}?environment=${environment}`, { token });
          const got =
            status === 200
              ? '200'
              : `${status} ${json['title'] ?? (text === '{"message":"Forbidden"}' ? 'gateway' : text)}`;
          const right = expected(caller, scopes, environment, route);
          if (got !== right) wrong.push(`${scopes} in ${environment}: ${got}, not ${right}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  test('/environments lists what it may read, and with which scopes', async () => {
    for (const scopes of SCOPES.filter((set) => set.some((scope) => ALL.includes(scope)))) {
      const token = await system.token({ ...caller.token, scopes });
      const { status, json } = await system.ask('/environments', { token });
      const right = new Set(openTo(caller.entries, scopes, ALL));
      if (right.size === 0) expect([status, json['title']]).toEqual([403, 'Missing scope']);
      else expect(new Set((json['environments'] as Json[]).map((one) => one['environment']))).toEqual(right);
      for (const one of (json['environments'] ?? []) as { environment: string; scopes: string[] }[]) {
        const here = scopes.filter((scope) => openTo(caller.entries, [scope], ALL).includes(one.environment));
        expect(new Set(one.scopes)).toEqual(new Set(here.filter((scope) => ALL.includes(scope))));
      }
    }
  });
});

describe('clear text', () => {
  const clear = async (target: string, token: object, scopes: string[]) =>
    (await system.ask(target, { token: await system.token({ ...token, scopes }) })).status;

  test('in one environment does not open it in another', async () => {
    const person = member('prod-readers', 'acc-profilers');
    const both = ['mrt/users.read', 'mrt/users.profile'];
    expect(await clear('/users?environment=shop-acc&clear=true', person, both)).toBe(200);
    expect(await clear('/users?environment=shop-prod&clear=true', person, both)).toBe(403);
    expect(await clear('/users?environment=shop-prod&name=a*', person, both)).toBe(403);
  });

  test('needs its scope in the token, whatever the configuration gives', async () => {
    const client = { client: 'sample-client' };
    expect(await clear('/users?environment=shop-prod&clear=true', client, ['mrt/users.read'])).toBe(403);
    const reveal = '/micro_flow_constants?environment=shop-prod&reveal=true&module=Encryption';
    expect(await clear(reveal, client, ['mrt/micro_flow_constants.read', 'mrt/users.profile'])).toBe(403);
    expect(await clear(reveal, client, ['mrt/micro_flow_constants.reveal'])).toBe(200);
  });
});

describe.each(Object.keys(READ))('/%s', (route) => {
  /** All that a client can see, but what differs from request to request. */
  async function seen(environment: string) {
    const { status, headers, json } = await system.ask(`/${route}?environment=${encodeURIComponent(environment)}`);
    const { request_id: _, ...body } = json;
    const shown = [...headers].filter(
      ([name]) => !['x-request-id', 'apigw-requestid', 'date', 'server-timing'].includes(name),
    );
    // Each part of the work is named here: the same names are the same way through the code.
    const work = headers.get('server-timing')?.replace(/dur=[\d.]+/g, 'dur');
    return { status, body, shown, work };
  }

  test('an environment of others looks like one that does not exist, by body, headers and work done', async () => {
    await system.ask(`/${route}?environment=shop-prod`);
    const { s3, cloudwatch } = system;
    const before = s3.faults.requests() + cloudwatch.faults.requests();
    const nobodys = await seen('nowhere');
    expect(nobodys.status).toBe(404);
    for (const name of [
      'depot-prod',
      'pet-shop-prod',
      'DEPOT-PROD',
      'shop-prod ',
      'shop-*',
      'stage:prod',
      '__proto__',
      'constructor',
    ]) {
      expect(await seen(name), name).toEqual(nobodys);
    }
    expect(s3.faults.requests() + cloudwatch.faults.requests()).toBe(before);
  });
});

test('a comparison with an environment of others looks like one with none', async () => {
  const compare = async (name: string) => {
    const { request_id: _, ...body } = (await system.ask(`/micro_flow_constants?environment=shop-prod&compare=${name}`))
      .json;
    return body;
  };
  expect(await compare('depot-prod')).toMatchObject({ status: 404 });
  expect(await compare('depot-prod')).toEqual(await compare('nowhere'));
  expect(await compare('pet-shop-prod')).toEqual(await compare('nowhere'));
});

test('a comparison needs the right to read both, though the other one has constants', async () => {
  const scopes = ['mrt/micro_flow_constants.read'];
  const target = '/micro_flow_constants?environment=shop-prod&compare=shop-acc';
  const title = async (token: object) =>
    (await system.ask(target, { token: await system.token({ ...token, scopes }) })).json['title'];
  expect(await title(member('prod-constants'))).toBe('Unknown environment');
  expect(await title({ client: 'sample-client' })).toBeUndefined();
});
