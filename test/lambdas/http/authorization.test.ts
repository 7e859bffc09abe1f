/** What was decided at each step stands in the audit line, as data, and in no answer. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { decisionsOn } from '../../../lambdas/http/authorization.ts';
import { type Ask, json, serveRoute } from './small-route.ts';

let written: string[] = [];
const lines = (event: string) =>
  written.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['event'] === event);

beforeEach(() => {
  written = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Of a route that answers about several environments too. */
const FLEET = { asks: 'summary', may: [], summary: z.object({}), total: z.object({}), distinct: false };

async function served() {
  const route = await serveRoute(undefined, { fleet: FLEET });
  route.settings.trust_domain = 'mrt.example.com';
  return route;
}

const MASKED = { scope: 'mrt/table_size.read' };
const ok = (step: string) => ({ step, allowed: true });
const no = (step: string, reason: string) => ({ step, allowed: false, reason });

describe('in a stage with a trust domain', () => {
  const REFUSALS: [string, Ask, number, object[]][] = [
    ['without a token', { claims: null }, 401, [no('caller', 'invalid-token')]],
    ['by a token that is over', { claims: { exp: 1 } }, 401, [no('caller', 'invalid-token')]],
    [
      'without a scope of the route',
      { claims: { scope: 'mrt/audit.read' } },
      403,
      [ok('caller'), no('route', 'no-right-on-route')],
    ],
    [
      'for an environment that is not there',
      { query: 'environment=nowhere' },
      404,
      [ok('caller'), ok('route'), no('environment', 'not-configured')],
    ],
    [
      'for an environment that is another’s',
      { query: 'environment=depot-prod' },
      404,
      [ok('caller'), ok('route'), { ...no('environment', 'not-permitted'), environment: 'depot-prod' }],
    ],
    [
      'for a list that names an environment of another’s beside its own',
      { query: 'environment=shop-prod,depot-prod&summary=true' },
      404,
      [ok('caller'), ok('route'), { ...no('environment', 'not-permitted'), environment: 'depot-prod' }],
    ],
    [
      'that compares its own environment with another’s',
      { query: 'environment=shop-prod&compare=depot-prod' },
      404,
      [ok('caller'), ok('route'), { ...no('environment', 'not-permitted'), environment: 'depot-prod' }],
    ],
    [
      'that compares its own environment with one that is not there',
      { query: 'environment=shop-prod&compare=nowhere' },
      404,
      [ok('caller'), ok('route'), no('environment', 'not-configured')],
    ],
    [
      'for clear text without its scope',
      { query: 'environment=shop-prod&clear=true', claims: MASKED },
      403,
      [ok('caller'), ok('route'), ok('environment'), no('disclosure', 'scope-missing')],
    ],
  ];
  test.each(REFUSALS)(
    'a request %s has an audit line with the step that refused it, and why',
    async (_, ask, status, decisions) => {
      const { ask: send } = await served();
      const response = await send(ask);
      expect(response.status).toBe(status);
      expect(lines('mrt.audit')).toMatchObject([{ status, decisions }]);
      expect(JSON.stringify([response.headers, json(response)])).not.toMatch(
        /not-permitted|not-configured|no-right|decisions/,
      );
    },
  );

  test('the answers for an environment that is another’s and for one that is not there are the same', async () => {
    const { ask } = await served();
    const [theirs, none] = [
      await ask({ query: 'environment=depot-prod' }),
      await ask({ query: 'environment=nowhere' }),
    ];
    expect(json(theirs)).toEqual(json(none));
  });

  test('a look in clear has every step allowed; an ordinary answer has no audit line, and a mistake none', async () => {
    const { ask } = await served();
    await ask({ query: 'environment=shop-prod&clear=true' });
    expect(lines('mrt.audit')).toMatchObject([
      { clear: true, decisions: ['caller', 'route', 'environment', 'disclosure'].map(ok) },
    ]);
    written = [];
    await ask();
    await ask({ query: 'environment=shop-prod&nonsense=1' });
    expect(lines('mrt.audit')).toEqual([]);
    expect(lines('mrt.request')).toHaveLength(2);
  });

  test('every line names the caller by its SPIFFE ID', async () => {
    const { ask } = await served();
    await ask({ query: 'environment=shop-prod&clear=true' });
    const spiffe_id = 'spiffe://mrt.example.com/operator/client/reader';
    expect([...lines('mrt.audit'), ...lines('mrt.request')]).toMatchObject([{ spiffe_id }, { spiffe_id }]);
  });

  test('a person whom no SPIFFE ID can name is not let in under another name', async () => {
    const { ask } = await served();
    const claims = { sub: 'auth0|12345', 'cognito:groups': ['operators'] };
    expect((await ask({ claims })).status).toBe(401);
    expect(lines('mrt.audit')).toMatchObject([{ decisions: [no('caller', 'invalid-token')] }]);
  });
});

test('in a stage without one, a refusal has no audit line and no line a SPIFFE ID', async () => {
  const { ask } = await serveRoute();
  await ask({ query: 'environment=depot-prod' });
  await ask({ query: 'environment=shop-prod&clear=true' });
  expect(lines('mrt.audit')).toHaveLength(1);
  expect(written.join('')).not.toMatch(/spiffe|decisions/);
});

describe('what ties the lines of a request together', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

  test('is in every line: request id, the client’s trace, a span of our own', async () => {
    const { ask } = await serveRoute();
    const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    await ask({ query: 'environment=shop-prod&clear=true', headers });
    const all = [...lines('mrt.audit'), ...lines('mrt.request')];
    expect(all).toHaveLength(2);
    for (const line of all) {
      expect(line).toMatchObject({ request_id: 'request-1', trace_id: TRACE, parent_span_id: '00f067aa0ba902b7' });
    }
    expect(new Set(all.map(({ span_id }) => span_id)).size).toBe(1);
  });
});

describe('in a stage with a trust domain, too', () => {
  test('an environment that does not offer the route, and a missing reason, are steps that refuse', async () => {
    const { ask, settings } = await served();
    settings.limits.reason_required = true;
    await ask({ query: 'environment=shop-acc' });
    await ask({ query: 'environment=shop-prod&clear=true' });
    expect(lines('mrt.audit').map(({ decisions }) => decisions)).toEqual([
      [ok('caller'), ok('route'), no('environment', 'not-offered')],
      [ok('caller'), ok('route'), ok('environment'), no('disclosure', 'reason-missing')],
    ]);
  });

  test('a token that nobody could look at, for want of keys, was not refused', async () => {
    const { ask, stored } = await served();
    stored.failing = true;
    expect((await ask()).status).toBe(503);
    expect(lines('mrt.audit')).toEqual([]);
  });

  test('a route about no environment has no step for one', async () => {
    const { ask, settings } = await serveRoute(undefined, { environment: false, audited: true });
    settings.trust_domain = 'mrt.example.com';
    await ask({ query: '' });
    expect(lines('mrt.audit')).toMatchObject([{ decisions: ['caller', 'route', 'disclosure'].map(ok) }]);
  });

  test('an open route decides nothing', () => {
    const admitted = { principal: null, rights: { tenant: null, environments: [], key: '' } };
    const decisions = decisionsOn(
      { scopes: null, environment: false },
      { admitted, subject: null, error: null },
      { environments: {} },
    );
    expect(decisions).toEqual([]);
  });
});
