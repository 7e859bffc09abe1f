/** HTTP itself as the way in: sizes past the limits, methods, paths, and pages of other origins. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lambdas/routes.ts';
import { type RunningSystem, runSystem } from '../end-to-end/running-system.ts';
import { attackedStage, CONSOLE_ORIGIN } from './attacked-stage.ts';

const directory = mkdtempSync(join(tmpdir(), 'mrt-http-'));
let system: RunningSystem;
let token: string;

beforeAll(async () => {
  system = await runSystem({ sampleScale: 0, config: attackedStage(directory) });
  token = await system.token();
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await system.end();
});

/** The first line of what comes back for raw bytes. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(system.endpoints.api);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(text);
  let answer = '';
  for await (const piece of socket.setEncoding('utf8') as AsyncIterable<string>) answer += piece;
  return answer.split('\r\n')[0] ?? '';
}
const request = (line: string, headers: string) =>
  raw(`${line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n${headers}\r\n`);

describe('more than the gateway takes', () => {
  test('a request line or headers past 10,240 bytes are refused before anybody reads them', async () => {
    expect(await request(`GET /environments?cursor=${'a'.repeat(11_000)}`, '')).toContain(' 431 ');
    expect(await request('GET /environments', `x-reason: ${'a'.repeat(11_000)}\r\n`)).toContain(' 431 ');
    const many = Array.from({ length: 1_000 }, (_, index) => `x-${index}: ${'a'.repeat(10)}\r\n`).join('');
    expect(await request('GET /environments', many)).toContain(' 431 ');
  });

  test('what fits is judged by the function: a long cursor, five hundred parameters, a long reason', async () => {
    const status = async (query: string, headers = {}) =>
      (await system.ask(`/environments?${query}`, { headers })).status;
    expect(await status(`cursor=${'a'.repeat(6_500)}`)).toBe(400);
    expect(await status(Array.from({ length: 500 }, (_, index) => `p${index}=1`).join('&'))).toBe(400);
    expect(await status('', { 'x-reason': 'a'.repeat(201) })).toBe(400);
  });

  test('a body changes nothing', async () => {
    const { host } = new URL(system.endpoints.api);
    const body = '{"environment":"depot-prod"}';
    expect(
      await request('GET /environments', `host: ${host}\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
    ).toMatch(/ (200|400) /);
  });
});

describe('requests that two servers could read in two ways', () => {
  test.each([
    ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n'],
    ['length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n'],
    ['a folded header', 'x-reason: a\r\n b: c\r\n'],
    ['a bare line feed', 'x-reason: a\nx-evil: b\r\n'],
    ['a space before the colon', 'x-reason : a\r\n'],
  ])('%s: refused, or read in one way', async (_, headers) => {
    expect(await request('GET /environments', headers)).toMatch(/ (200|400) /);
  });

  test.each([
    '/environments/',
    '//environments',
    '/Environments',
    '/health/../environments',
    '/environments%2f',
    '/environments;x=1',
    '/%65nvironments%00',
  ])('the path %s is no way round', async (path) => {
    expect(await request(`GET ${path}`, 'x-forwarded-path: /health\r\n')).toContain(' 404 ');
  });

  test('headers that ask for another path or method are not heard', async () => {
    const headers = { 'x-original-url': '/health', 'x-rewrite-url': '/health', 'x-http-method-override': 'DELETE' };
    expect((await system.ask('/environments', { token: null, headers })).status).toBe(401);
  });
});

describe.each(routes.map(({ path }) => path))('%s', (path) => {
  test('HEAD has the status and headers of GET, and no body', async () => {
    const target = path === '/health' || path === '/environments' ? path : `${path}?environment=nowhere`;
    const [get, head] = [await system.ask(target), await system.ask(target, { method: 'HEAD' })];
    const shown = ({ headers }: typeof get) =>
      [...headers.keys()].filter(
        (name) => !['content-length', 'transfer-encoding', 'connection', 'keep-alive'].includes(name),
      );
    expect([head.status, head.text, shown(head)]).toEqual([get.status, '', shown(get)]);
  });

  test('a page of another origin is not let read, with or without preflight', async () => {
    for (const origin of [
      'https://evil.example',
      `${CONSOLE_ORIGIN}.evil.example`,
      'http://console.example.com',
      'null',
      '*',
    ]) {
      const preflight = await fetch(`${system.endpoints.api}${path}`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
      });
      const simple = await system.ask(path, { headers: { origin } });
      for (const { headers } of [preflight, simple]) {
        expect([...headers.keys()].filter((name) => name.startsWith('access-control-allow'))).toEqual([]);
      }
    }
  });

  test('a page of ours is, for reading and without cookies', async () => {
    const preflight = await fetch(`${system.endpoints.api}${path}`, {
      method: 'OPTIONS',
      headers: { origin: CONSOLE_ORIGIN, 'access-control-request-method': 'GET' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(CONSOLE_ORIGIN);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET,HEAD');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  });
});
