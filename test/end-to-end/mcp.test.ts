/** `mrt mcp` as an assistant's program starts it, asked by the SDK's own client. */
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { MAX_RESULT } from '@mrt/cli/mcp/result.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lambdas/routes.ts';
import { builtMrt, profileOf } from './mrt.ts';
import { type Json, type RunningSystem, sharedSystem } from './running-system.ts';

let system: RunningSystem;
let client: Client;
const clients: Client[] = [];

beforeAll(async () => {
  system = await sharedSystem();
  client = await started({});
});
afterAll(async () => {
  for (const one of clients) await one.close();
  await system.end();
});

/** @param own variables instead of the sample client's */
async function started(own: Record<string, string>): Promise<Client> {
  const env = { PATH: process.env['PATH'] ?? '', ...profileOf(system), ...own };
  const started = new Client({ name: 'test', version: '1' });
  await started.connect(new StdioClientTransport({ command: process.execPath, args: [await builtMrt(), 'mcp'], env }));
  clients.push(started);
  return started;
}

/** The text of a result. */
async function text(name: string, given: Json = {}, asking = client): Promise<{ text: string; isError: boolean }> {
  const { content, isError } = await asking.callTool({ name, arguments: given });
  const [first] = content as { text: string }[];
  return { text: first?.text ?? '', isError: isError === true };
}
const answer = async (name: string, given: Json = {}, asking = client) =>
  JSON.parse((await text(name, given, asking)).text) as Json;

describe('tools', () => {
  test('are the routes that need a token, read-only, with the route’s parameters and words', async () => {
    const { tools } = await client.listTools();
    const closed = routes.filter(({ scopes }) => scopes !== null);
    expect(tools.map(({ name }) => name)).toEqual(closed.map(({ name }) => name));
    for (const tool of tools) {
      expect(tool.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(JSON.stringify(tool).length).toBeLessThan(10_000);
    }
    const users = tools.find(({ name }) => name === 'users');
    expect(users?.inputSchema.properties).toMatchObject({
      kind: { enum: ['named', 'anonymous', 'web_service'], description: expect.stringContaining('People') },
    });
  });

  test('give totals first, rows when they are asked for, and the next page by its cursor', async () => {
    expect(await answer('users')).toMatchObject({ environment: 'shop-prod', summary: { roles: expect.any(Array) } });
    const first = await answer('users', { summary: false });
    expect((first['users'] as Json[]).length).toBe(20);
    const second = await answer('users', { cursor: first['next_cursor'] as string });
    expect((second['users'] as Json[]).length).toBe(20);
    const ids = [first, second].flatMap(({ users }) => (users as Json[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(40);
  });

  test('give no more than fits: fewer rows with a cursor that goes on behind them', async () => {
    const { text: long } = await text('table_size', { limit: 100 });
    expect(long.length).toBeLessThanOrEqual(MAX_RESULT);
    const page = JSON.parse(long) as Json;
    const names = (page['tables'] as Json[]).map(({ table }) => table);
    expect(names.length).toBeLessThan(100);
    const next = await answer('table_size', { cursor: page['next_cursor'] as string, limit: 1 });
    expect(names).not.toContain((next['tables'] as Json[])[0]?.['table']);
    const days = await text('bucket_size', { days: 455 });
    expect(days.text.length).toBeLessThanOrEqual(MAX_RESULT);
    if (days.isError) expect(days.text).toMatch(/narrow it by a filter/);
  });

  test('answer an auditor who may read what: callers by their configured names, no person and no token', async () => {
    const { text: shown, isError } = await text('grants');
    const { grants, complete } = JSON.parse(shown) as { grants: Json[]; complete: boolean };
    expect([isError, complete]).toEqual([false, true]);
    expect(grants.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['client', 'group']));
    expect(grants.map(({ caller }) => caller)).toContain('sample-client');
    expect(shown).not.toContain(system.endpoints.client_id);
    expect(shown).not.toContain('@');
  });

  test('say what was wrong in a way that can be acted on', async () => {
    expect(await text('table_size', { table: 'sales$oder' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('sales$order'),
    });
    expect(await text('table_size', { environment: 'depot-prod' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('GET /environments'),
    });
    const unknown = await text('users', { colour: 'red' }).catch((error: Error) => ({
      isError: true,
      text: error.message,
    }));
    expect(unknown.isError).toBe(true);
  });
});

describe('whatever the token could do', () => {
  /** The sample client's token has every scope, and cannot be narrowed once it is there. */
  const withToken = async () => started({ MRT_TOKEN: await system.token() });

  test('nothing asks for clear text: there is no such parameter', async () => {
    const { tools } = await client.listTools();
    expect(JSON.stringify(tools)).not.toMatch(/"(clear|reveal)":/);
    for (const [tool, flag] of [
      ['users', 'clear'],
      ['micro_flow_constants', 'reveal'],
    ] as const) {
      const asked = { summary: false, [flag]: true, ...(flag === 'reveal' && { module: 'Mail' }) };
      const refused = await text(tool, asked).catch((error: Error) => ({ isError: true, text: error.message }));
      expect(refused.isError).toBe(true);
    }
  });

  test('a machine’s token is asked for without the scopes for clear text', async () => {
    const { scopes } = ((await answer('environments'))['environments'] as Json[])[0] as { scopes: string[] };
    expect(scopes).toEqual(expect.arrayContaining(['mrt/users.read', 'mrt/micro_flow_constants.read']));
    expect(scopes.filter((scope) => /profile|reveal/.test(scope))).toEqual([]);
    expect(await answer('users')).toMatchObject({ masked: true });
  });

  test('rows are masked, and totals that tell more than masked rows are held back', async () => {
    const able = await withToken();
    const rows = (await answer('users', { summary: false, kind: 'named', limit: 50 }, able))['users'] as Json[];
    const names = rows
      .filter(({ roles }) => !(roles as string[]).includes('Administrator'))
      .map(({ name }) => String(name));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !name.includes('***'))).toEqual([]);
    expect(await text('users', {}, able)).toMatchObject({ isError: true, text: expect.stringContaining('held back') });
  });

  test('names are not found letter by letter, nor times by halving', async () => {
    const able = await withToken();
    for (const given of [
      { name: 'a*' },
      { last_login_after: '2026-01-01T12:00:00Z' },
      { inactive_since: '2026-01-01T00:00:01Z' },
    ]) {
      const refused = await text('users', given, able).catch((error: Error) => ({
        isError: true,
        text: error.message,
      }));
      expect(refused.isError).toBe(true);
    }
    expect((await text('users', { last_login_after: '2026-01-01', summary: false }, able)).isError).toBe(false);
  });

  test('secrets are masked', async () => {
    const able = await withToken();
    const { constants } = await answer('micro_flow_constants', { summary: false, secret: 'true' }, able);
    expect((constants as Json[]).length).toBeGreaterThan(2);
    expect((constants as Json[]).filter(({ masked, value }) => masked !== true || value !== null)).toEqual([]);
  });
});

describe('resources', () => {
  test('explain each route and each problem', async () => {
    const { resources } = await client.listResources();
    const uris = resources.map(({ uri }) => uri);
    expect(uris).toEqual(expect.arrayContaining(['mrt://api/users', 'mrt://problems/unknown-environment']));
    const read = async (uri: string) => ((await client.readResource({ uri })).contents as { text: string }[])[0]?.text;
    expect(await read('mrt://api/users')).toContain('| `last_login_after` |');
    expect(await read('mrt://problems/unknown-environment')).toContain('Status 404');
    await expect(client.readResource({ uri: 'mrt://api/__proto__' })).rejects.toThrow();
  });
});
