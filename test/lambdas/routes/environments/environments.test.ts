import { describe, expect, test } from 'vitest';
import type { PermittedEnvironment } from '../../../../lambdas/exchange.ts';
import { environments } from '../../../../lambdas/routes/environments/environments.ts';
import { route } from '../../../../lambdas/routes/environments/route.ts';
import { health } from '../../../../lambdas/routes/health/health.ts';
import { route as healthRoute } from '../../../../lambdas/routes/health/route.ts';

const permitted: PermittedEnvironment[] = ['depot', 'hr', 'shop-acc', 'shop-prod'].map((name) => ({
  environment: { name, labels: { stage: 'prod' }, offers: ['users'] },
  scopes: ['mrt/users.read'],
}));
const names = (answer: Awaited<ReturnType<typeof environments>>) =>
  answer.body.environments.map(({ environment }) => environment);

describe('/environments', () => {
  test('lists what the caller may read, with labels, routes and scopes', async () => {
    const { body } = await environments({ environments: permitted, limit: 100, position: null });
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
    const first = await environments({ environments: permitted, limit: 3, position: null });
    expect([names(first), first.next]).toEqual([['depot', 'hr', 'shop-acc'], 'shop-acc']);
    const second = await environments({ environments: permitted, limit: 3, position: first.next });
    expect([names(second), second.next]).toEqual([['shop-prod'], null]);
  });

  test('a full last page has no next, and nobody’s list is empty', async () => {
    expect((await environments({ environments: permitted, limit: 4, position: null })).next).toBeNull();
    expect(names(await environments({ environments: [], limit: 4, position: null }))).toEqual([]);
  });

  test('an environment that goes away between two pages moves no other', async () => {
    const rest = permitted.filter(({ environment }) => environment.name !== 'hr');
    expect(names(await environments({ environments: rest, limit: 3, position: 'hr' }))).toEqual([
      'shop-acc',
      'shop-prod',
    ]);
  });
});

test('an answer lacks nothing: it comes from configuration alone', async () => {
  const list = await environments({ environments: permitted, limit: 1, position: null });
  const alive = await health({ version: '1.4.0' });
  expect(healthRoute.answer.safeParse(alive.body).error).toBeUndefined();
  expect([list.body.complete, alive.body]).toEqual([true, { status: 'ok', version: '1.4.0', complete: true }]);
  expect([list.as_of, alive.as_of]).toEqual([null, null]);
});
