import { describe, expect, test } from 'vitest';
import type { PermittedEnvironment } from '../../../../lambdas/exchange.ts';
import { environments, type LastHeartbeat } from '../../../../lambdas/routes/environments/environments.ts';
import { route } from '../../../../lambdas/routes/environments/route.ts';
import { health } from '../../../../lambdas/routes/health/health.ts';
import { route as healthRoute } from '../../../../lambdas/routes/health/route.ts';
import { UpstreamFailedError } from '../../../../lambdas/upstream-errors.ts';

const permitted: PermittedEnvironment[] = ['depot', 'hr', 'shop-acc', 'shop-prod'].map((name) => ({
  environment: { name, labels: { stage: 'prod' }, offers: ['users'] },
  scopes: ['mrt/users.read'],
}));
const names = (answer: Awaited<ReturnType<typeof environments>>) =>
  answer.body.environments.map(({ environment }) => environment);

describe('/environments', () => {
  test('lists what the caller may read, with labels, routes and scopes', async () => {
    const { body } = await environments({ environments: permitted, limit: 100, position: null }, null);
    expect(route.answer.safeParse(body).error).toBeUndefined();
    expect(body.environments[0]).toEqual({
      environment: 'depot',
      labels: { stage: 'prod' },
      offers: ['users'],
      scopes: ['mrt/users.read'],
    });
    expect(body.environments).toHaveLength(4);
  });

  test('each page says what it is, and the pages together are all of them', async () => {
    const first = await environments({ environments: permitted, limit: 3, position: null }, null);
    expect([names(first), first.next]).toEqual([['depot', 'hr', 'shop-acc'], 'shop-acc']);
    const second = await environments({ environments: permitted, limit: 3, position: first.next }, null);
    expect([names(second), second.next]).toEqual([['shop-prod'], null]);
  });

  test('a full last page has no next, and nobody’s list is empty', async () => {
    expect((await environments({ environments: permitted, limit: 4, position: null }, null)).next).toBeNull();
    expect(names(await environments({ environments: [], limit: 4, position: null }, null))).toEqual([]);
  });

  test('an environment that goes away between two pages moves no other', async () => {
    const rest = permitted.filter(({ environment }) => environment.name !== 'hr');
    expect(names(await environments({ environments: rest, limit: 3, position: 'hr' }, null))).toEqual([
      'shop-acc',
      'shop-prod',
    ]);
  });
});

test('an answer lacks nothing: it comes from configuration alone', async () => {
  const list = await environments({ environments: permitted, limit: 1, position: null }, null);
  const alive = await health({ version: '1.4.0' });
  expect(healthRoute.answer.safeParse(alive.body).error).toBeUndefined();
  expect([list.body.complete, alive.body]).toEqual([true, { status: 'ok', version: '1.4.0', complete: true }]);
  expect([list.as_of, alive.as_of]).toEqual([null, null]);
});

describe('an environment of another account', () => {
  const now = new Date('2026-11-26T12:00:00Z');
  const served: PermittedEnvironment[] = [
    { environment: { name: 'depot-prod', labels: {}, offers: ['users'], agent: 'depot' }, scopes: ['mrt/users.read'] },
  ];
  const heartbeat: LastHeartbeat = {
    state: 'here',
    version: '1.4.0',
    time: '2026-11-26T11:59:30Z',
    environments: ['depot-prod'],
    certificate_ends: '2049-12-31T23:59:59Z',
  };
  const ask = (upstream: () => Promise<LastHeartbeat | null>, permission = served) =>
    environments({ environments: permission, limit: 100, position: null }, { heartbeat: upstream }, now);
  const agentOf = async (upstream: () => Promise<LastHeartbeat | null>) =>
    (await ask(upstream)).body.environments[0]?.agent;

  test('says which agent serves it, its release and its age', async () => {
    expect(await agentOf(async () => heartbeat)).toEqual({
      name: 'depot',
      state: 'here',
      version: '1.4.0',
      heard_at: '2026-11-26T11:59:30Z',
      age_seconds: 30,
      serves: true,
      certificate_ends: '2049-12-31T23:59:59Z',
    });
    const { body } = await ask(async () => heartbeat);
    expect(route.answer.safeParse(body).error).toBeUndefined();
  });

  test.each([
    ['away when it said so', { ...heartbeat, state: 'away' as const }, 'away'],
    ['away when it was silent for more than five minutes', { ...heartbeat, time: '2026-11-26T11:54:59Z' }, 'away'],
    ['here at five minutes', { ...heartbeat, time: '2026-11-26T11:55:00Z' }, 'here'],
    ['never heard when there is nothing', null, 'never_heard'],
  ])('its agent is %s', async (_, said, state) => {
    expect(await agentOf(async () => said)).toMatchObject({ state });
  });

  test('an agent that is away says since when', async () => {
    const went = { ...heartbeat, state: 'away' as const, time: '2026-11-26T10:00:00Z' };
    expect(await agentOf(async () => went)).toMatchObject({ heard_at: '2026-11-26T10:00:00Z', age_seconds: 7200 });
  });

  test('an agent that serves others is told from one that serves this one', async () => {
    expect(await agentOf(async () => ({ ...heartbeat, environments: ['depot-acc'] }))).toMatchObject({ serves: false });
  });

  test('what cannot be found out is null and the answer incomplete, and the environment is there', async () => {
    const answer = await ask(async () => {
      throw new UpstreamFailedError('iot', 'unreachable');
    });
    expect(answer.body.complete).toBe(false);
    expect(answer.body.environments[0]).toMatchObject({ environment: 'depot-prod', agent: { state: null } });
    expect(answer.faults).toEqual([{ source: 'iot', reason: 'unreachable' }]);
  });

  test('one agent of many environments is asked for once, and nobody is where there is none', async () => {
    let asked = 0;
    const count = async () => {
      asked += 1;
      return heartbeat;
    };
    await ask(count, [...served, ...served, ...permitted]);
    await ask(count, permitted);
    expect(asked).toBe(1);
  });
});
