import { MrtClient, type MrtClientOptions, TokenError } from '@mrt/client';
import { describe, expect, test } from 'vitest';
import { type FakeApi, fakeApi, json } from './fake-api.ts';

const clientOf = ({ fetch }: FakeApi, options: Partial<MrtClientOptions> = {}) =>
  new MrtClient({ api: 'https://maas-api.example.com', token: () => 'good', fetch, ...options });

const page = (users: { id: string }[], next_cursor: string | null, complete = true) =>
  json({ environment: 'shop-prod', users, complete, next_cursor });
const csv = (text: string, headers: Record<string, string> = {}) =>
  new Response(text, { headers: { 'content-type': 'text/csv', 'x-complete': 'true', ...headers } });

describe('a request', () => {
  test('has its parameters as on the wire, the token, and the form that it wants', async () => {
    const api = fakeApi(page([], null));
    await clientOf(api, { userAgent: 'report/1.0' }).get(
      '/users',
      { environment: 'shop-prod', active: true, fields: ['id', 'name'], role: undefined, limit: 2, name: 'a&b=c' },
      { reason: 'ticket 7', headers: { 'x-prometheus-scrape-timeout-seconds': '9' } },
    );
    const [request] = api.asked;
    expect(request?.url).toBe(
      'https://maas-api.example.com/users?environment=shop-prod&active=true&fields=id%2Cname&limit=2&name=a%26b%3Dc',
    );
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      accept: 'application/json',
      authorization: 'Bearer good',
      'x-reason': 'ticket 7',
      'x-prometheus-scrape-timeout-seconds': '9',
      'user-agent': 'report/1.0',
    });
    expect(request?.redirect).toBe('error');
  });

  test('keeps a path that the address has', async () => {
    const api = fakeApi(json({}));
    await clientOf(api, { api: 'https://gateway.example.com/mrt/' }).get('/environments');
    expect(api.asked[0]?.url).toBe('https://gateway.example.com/mrt/environments');
  });

  test('carries no token where none is needed, and needs none there', async () => {
    const api = fakeApi(json({ status: 'ok' }), json({ status: 'ok' }));
    await clientOf(api).get('/health');
    await new MrtClient({ api: 'https://maas-api.example.com', fetch: api.fetch }).get('/health');
    expect(api.asked.map(({ headers }) => headers.get('authorization'))).toEqual([null, null]);
  });

  test('that needs a token is not sent without one', async () => {
    const api = fakeApi();
    const client = new MrtClient({ api: 'https://maas-api.example.com', fetch: api.fetch });
    await expect(client.get('/users')).rejects.toThrow(TokenError);
    expect(api.asked).toEqual([]);
  });

  test('gives the answer with its body unread, for any form', async () => {
    const api = fakeApi(csv('id\r\n1\r\n'));
    const response = await clientOf(api).request('/users', {}, { accept: 'text/csv' });
    expect(response.bodyUsed).toBe(false);
    expect(await response.text()).toBe('id\r\n1\r\n');
    expect(api.asked[0]?.headers.get('accept')).toBe('text/csv');
  });
});

describe('an address', () => {
  test.each(['http://maas-api.example.com', 'ftp://maas-api.example.com', 'http://127.0.0.1.example.com'])(
    '%s would carry the token in clear, and is refused',
    (api) => {
      expect(() => new MrtClient({ api })).toThrow(`${api} must begin with https://`);
    },
  );

  test.each(['maas-api.example.com', ''])('"%s" is none', (api) => {
    expect(() => new MrtClient({ api })).toThrow(TypeError);
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'https://maas-api.example.com'])(
    '%s is good',
    (api) => {
      expect(new MrtClient({ api })).toBeInstanceOf(MrtClient);
    },
  );
});

describe('pages', () => {
  test('go on with the cursor to the last, the other parameters kept', async () => {
    const api = fakeApi(page([{ id: '1' }], 'c 1'), page([{ id: '2' }], 'c2'), page([{ id: '3' }], null));
    const ids: string[] = [];
    for await (const { users } of clientOf(api).pages('/users', { active: true, limit: 1 })) {
      ids.push(...(users ?? []).map(({ id }) => id));
    }
    expect(ids).toEqual(['1', '2', '3']);
    expect(api.asked.map(({ url }) => new URL(url).search)).toEqual([
      '?active=true&limit=1',
      '?active=true&limit=1&cursor=c+1',
      '?active=true&limit=1&cursor=c2',
    ]);
  });

  test('begin where a kept cursor says, and are asked for only when they are wanted', async () => {
    const api = fakeApi(page([{ id: '2' }], 'c2'));
    for await (const { next_cursor } of clientOf(api).pages('/users', { cursor: 'c1' })) {
      expect(next_cursor).toBe('c2');
      break;
    }
    expect(api.asked.map(({ url }) => new URL(url).search)).toEqual(['?cursor=c1']);
  });
});

describe('rows', () => {
  test('are those of all pages, and say afterwards whether they are complete', async () => {
    const api = fakeApi(page([{ id: '1' }, { id: '2' }], 'c1'), page([{ id: '3' }], null));
    const users = clientOf(api).rows('/users');
    expect(users.complete).toBeNull();
    const ids: string[] = [];
    for await (const { id } of users) ids.push(id);
    expect(ids).toEqual(['1', '2', '3']);
    expect(users.complete).toBe(true);
    expect(users.page).toMatchObject({ environment: 'shop-prod', next_cursor: null });
  });

  test('are not complete when one page is not', async () => {
    const users = clientOf(fakeApi(page([], 'c1', false), page([], null))).rows('/users');
    for await (const _ of users) expect.unreachable();
    expect(users.complete).toBe(false);
  });

  test('have not been said to be complete when the loop ended early', async () => {
    const users = clientOf(fakeApi(page([{ id: '1' }], null))).rows('/users');
    for await (const _ of users) break;
    expect(users.complete).toBeNull();
  });

  test('are no silent nothing where the answer is a summary', async () => {
    const summary = clientOf(fakeApi(json({ summary: {}, complete: true, next_cursor: null }))).rows('/users', {
      summary: true,
    });
    await expect(summary[Symbol.asyncIterator]().next()).rejects.toThrow('the answer has no users');
  });
});

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('pages of CSV', () => {
  const LINK = { link: '<https://maas-api.example.com/users?limit=1&cursor=a%2Bb>; rel="next"' };

  test('add up to one table, with the header row once', async () => {
    const api = fakeApi(
      csv('id,name\r\n1,"a\r\nb"\r\n', LINK),
      csv('id,name\r\n2,c\r\n', { 'x-complete': 'false', 'x-as-of': '2026-11-22T05:00:00Z' }),
    );
    const pages = await collected(clientOf(api).csvPages('/users', { limit: 1 }));
    expect(pages).toEqual([
      { text: 'id,name\r\n1,"a\r\nb"\r\n', nextCursor: 'a+b', complete: true, asOf: null },
      { text: '2,c\r\n', nextCursor: null, complete: false, asOf: '2026-11-22T05:00:00Z' },
    ]);
    expect(api.asked.map(({ url }) => new URL(url).searchParams.get('cursor'))).toEqual([null, 'a+b']);
  });

  test('go on with a file without a header row in between', async () => {
    const api = fakeApi(csv('id\r\n2\r\n'));
    const pages = await collected(clientOf(api).csvPages('/users', { cursor: 'c1' }, { header: false }));
    expect(pages.map(({ text }) => text)).toEqual(['2\r\n']);
  });
});
