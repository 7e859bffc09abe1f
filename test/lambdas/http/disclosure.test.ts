import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { flag } from '../../../lambdas/parameters.ts';
import { UpstreamFailedError } from '../../../lambdas/upstream-errors.ts';
import { answerOf, type Domain, json, serveRoute } from './small-route.ts';

let written: string[] = [];
const audits = () =>
  written.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ event }) => event === 'mrt.audit');

beforeEach(() => {
  written = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    written.push(String(line));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const MASKED = { scope: 'mrt/table_size.read' };
const CLEAR = 'environment=shop-prod&clear=true';
const LOOK_UP = 'environment=shop-prod&login=jane@example.com';

describe('clear text', () => {
  test('comes when it is asked for and its scope is there; the domain is told, and names what it showed', async () => {
    const { ask, asked } = await serveRoute(async ({ clear }) => ({
      ...answerOf(['jane@example.com']),
      disclosed: clear ? ['name'] : [],
    }));
    expect((await ask({ query: CLEAR })).headers).toMatchObject({ 'cache-control': 'no-store' });
    await ask({ query: 'environment=shop-prod&clear=false' });
    await ask();
    expect(asked.map(({ clear }) => clear)).toEqual([true, false, false]);
    expect(audits()).toMatchObject([{ clear: true, fields: ['name'], rows: 1, status: 200 }]);
  });

  test('is refused without its scope, by the token or by the entry, before anything is asked', async () => {
    const { ask, asked } = await serveRoute();
    for (const claims of [MASKED, { sub: 'p', 'cognito:groups': ['operators'] }]) {
      const response = await ask({ query: CLEAR, claims });
      expect(json(response)).toMatchObject({ status: 403, scopes: ['mrt/users.profile'] });
    }
    expect(asked).toHaveLength(0);
    expect(audits()).toEqual([]);
  });

  test('that was asked for and did not come has an audit line that says so', async () => {
    const { ask } = await serveRoute(async () => Promise.reject(new UpstreamFailedError('shop-db', 'failed')));
    expect((await ask({ query: CLEAR })).status).toBe(502);
    expect(audits()).toMatchObject([{ clear: false, fields: [], rows: null, status: 502, filters: ['clear'] }]);
  });

  test('has no ETag, also when the client sends one', async () => {
    const { ask } = await serveRoute();
    const response = await ask({ query: CLEAR, headers: { 'if-none-match': '*' } });
    expect([response.status, response.headers['etag']]).toEqual([200, undefined]);
  });

  test.each(['clear', 'reveal', 'unveil'])('asked for by %s needs the reason that a stage wants', async (parameter) => {
    const { ask, settings } = await serveRoute(undefined, {
      parameters: { [parameter]: z.optional(flag()) },
      discloses: { parameter, scope: 'mrt/users.profile' },
    });
    settings.limits.reason_required = true;
    const query = `environment=shop-prod&${parameter}=true`;
    expect(json(await ask({ query }))).toMatchObject({ status: 400, title: 'Reason required' });
    expect(json(await ask({ query, headers: { 'x-reason': '  ' } }))).toMatchObject({ title: 'Reason required' });
    expect((await ask({ query, headers: { 'x-reason': 'ticket 7' } })).status).toBe(200);
    expect((await ask()).status).toBe(200);
    expect(audits()).toMatchObject([{ reason: 'ticket 7' }]);
  });

  test.each(['a\nb', 'a\u0000', '\u001b[2J', 'a\u007f', 'x'.repeat(201)])(
    'the reason %j is refused',
    async (reason) => {
      const { ask } = await serveRoute();
      const response = await ask({ query: CLEAR, headers: { 'x-reason': reason } });
      expect(json(response)).toMatchObject({ status: 400, errors: [{ parameter: 'x-reason' }] });
    },
  );
});

describe('a look-up of an exact name leaves an audit line, whatever becomes of it', () => {
  const line = (status: number, rows: number | null) => [
    { clear: false, filters: ['login'], environments: ['shop-prod'], principal: 'client:reader', status, rows },
  ];

  test('an answer', async () => {
    const { ask } = await serveRoute();
    expect((await ask({ query: LOOK_UP, claims: MASKED })).status).toBe(200);
    expect(audits()).toMatchObject(line(200, 1));
    expect(written.join('')).not.toContain('jane');
  });

  test('HEAD', async () => {
    const { ask } = await serveRoute();
    await ask({ query: LOOK_UP, method: 'HEAD' });
    expect(audits()).toMatchObject(line(200, 1));
  });

  test('304, from the domain and from memory', async () => {
    const fresh_until = new Date(Date.now() + 60_000).toISOString();
    const { ask, asked } = await serveRoute(async () => ({ ...answerOf(['a']), fresh_until }));
    const headers = { 'if-none-match': '*' };
    expect((await ask({ query: LOOK_UP, headers })).status).toBe(304);
    expect((await ask({ query: LOOK_UP, headers })).status).toBe(304);
    expect(asked).toHaveLength(1);
    expect(audits()).toMatchObject([...line(304, null), ...line(304, null)]);
  });

  test.each([
    ['an upstream that fails', new UpstreamFailedError('shop-db', 'failed'), 502],
    ['a bug', new TypeError('x'), 500],
  ])('%s', async (_, error, status) => {
    const { ask } = await serveRoute(async () => Promise.reject(error));
    expect((await ask({ query: LOOK_UP })).status).toBe(status);
    expect(audits()).toMatchObject(line(status, null));
  });

  test('the deadline', async () => {
    const { ask } = await serveRoute(() => setTimeout(2_000, answerOf([])));
    expect((await ask({ query: LOOK_UP, remaining: 20 })).status).toBe(504);
    expect(audits()).toMatchObject(line(504, null));
  });

  test('no other filter does', async () => {
    const { ask } = await serveRoute();
    await ask({ query: 'environment=shop-prod&table=jane' });
    expect(audits()).toEqual([]);
  });

  test('the beginning of a name needs the scope for clear text, as it finds names letter by letter', async () => {
    const { ask, asked } = await serveRoute();
    const query = 'environment=shop-prod&login=jane*';
    expect(json(await ask({ query, claims: MASKED }))).toMatchObject({ status: 403, scopes: ['mrt/users.profile'] });
    expect(asked).toHaveLength(0);
    expect((await ask({ query })).status).toBe(200);
    expect(audits()).toEqual([]);
  });
});

describe('Server-Timing tells no more than the caller may know', () => {
  const timed: Domain = async () => {
    await setTimeout(3);
    return answerOf(['a']);
  };
  const timing = async (query: string, claims = {}, declared = {}) => {
    const { ask } = await serveRoute(timed, declared);
    return String((await ask({ query, claims })).headers['server-timing']);
  };

  test('of a masked look-up there are names only, with or without a match or an error', async () => {
    expect(await timing(LOOK_UP, MASKED)).toBe('total');
    const { ask } = await serveRoute(async () => Promise.reject(new UpstreamFailedError('shop-db', 'failed')));
    expect((await ask({ query: LOOK_UP })).headers['server-timing']).toBe('total');
  });

  test('of another masked answer there are steps of 10 ms', async () => {
    expect(await timing('environment=shop-prod')).toMatch(/^total;dur=\d*0$/);
  });

  test('of clear text, and of a route that hides nothing, there are tenths of a millisecond', async () => {
    expect(await timing(CLEAR)).toMatch(/^total;dur=\d+\.\d$/);
    expect(await timing('environment=shop-prod', {}, { discloses: undefined })).toMatch(/^total;dur=\d+\.\d$/);
  });
});

describe('a second environment', () => {
  test('reaches the domain when the caller may read it and the route is configured for it', async () => {
    const { ask, asked, settings } = await serveRoute();
    const acceptance = settings.environments['shop-acc'];
    if (acceptance !== undefined) acceptance.offers = ['table_size'];
    expect((await ask({ query: 'environment=shop-prod&compare=shop-acc' })).status).toBe(200);
    expect(asked[0]?.other).toMatchObject({ name: 'shop-acc', labels: { stage: 'acc' } });
    await ask({ query: 'environment=shop-acc&compare=shop-prod' });
    expect(asked[1]).toMatchObject({ environment: { name: 'shop-acc' }, other: { name: 'shop-prod' } });
    await ask();
    expect(asked[2]?.other).toBeNull();
  });

  test('of others is answered as one that does not exist, though it is configured', async () => {
    const { ask, asked } = await serveRoute();
    const [others, nobodys] = [
      await ask({ query: 'environment=shop-prod&compare=depot-prod' }),
      await ask({ query: 'environment=shop-prod&compare=nowhere' }),
    ];
    expect(json(others)).toMatchObject({ status: 404, title: 'Unknown environment' });
    expect(others.body).toBe(nobodys.body);
    expect(asked).toHaveLength(0);
  });

  test('is another one, and must offer the route', async () => {
    const { ask } = await serveRoute();
    expect(json(await ask({ query: 'environment=shop-prod&compare=shop-prod' }))).toMatchObject({
      errors: [{ parameter: 'compare', message: 'must be another environment' }],
    });
    expect(json(await ask({ query: 'environment=shop-prod&compare=shop-acc' }))).toMatchObject({
      title: 'Not offered',
    });
  });

  test('is named in the audit line', async () => {
    const { ask, settings } = await serveRoute();
    const acceptance = settings.environments['shop-acc'];
    if (acceptance !== undefined) acceptance.offers = ['table_size'];
    await ask({ query: `${CLEAR}&compare=shop-acc` });
    expect(audits()).toMatchObject([{ environments: ['shop-prod', 'shop-acc'] }]);
  });
});
