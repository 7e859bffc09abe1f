import { describe, expect, test } from 'vitest';
import type { PermittedEnvironment } from '../../../../lambdas/exchange.ts';
import { grants } from '../../../../lambdas/routes/grants/grants.ts';
import { route } from '../../../../lambdas/routes/grants/route.ts';
import type { Callers } from '../../../../lambdas/settings.ts';

const callers: Callers = {
  clients: {
    reporting: { scopes: ['mrt/users.read'], environments: ['stage:prod'] },
    monitoring: { scopes: ['mrt/bucket_size.read', 'mrt/table_size.read'], environments: ['*'] },
  },
  groups: { owners: { scopes: ['mrt/users.profile'], environments: ['shop-*', 'depot-prod'] } },
};
const permitted: PermittedEnvironment[] = [
  ['depot-prod', 'prod'],
  ['shop-acc', 'acc'],
  ['shop-prod', 'prod'],
].map(([name = '', stage = '']) => ({
  environment: { name, labels: { stage }, offers: [] },
  scopes: ['mrt/audit.read'],
}));
const ask = (environments: PermittedEnvironment[], limit = 100, position: number | null = null) =>
  grants({ environments, limit, position }, { callers });

describe('/grants', () => {
  test('is every caller with its scopes and the environments that these come to', async () => {
    const { body } = await ask(permitted);
    expect(route.answer.safeParse(body).error).toBeUndefined();
    expect(body.grants).toEqual([
      {
        kind: 'client',
        caller: 'monitoring',
        scopes: ['mrt/bucket_size.read', 'mrt/table_size.read'],
        selectors: ['*'],
        environments: ['depot-prod', 'shop-acc', 'shop-prod'],
      },
      {
        kind: 'client',
        caller: 'reporting',
        scopes: ['mrt/users.read'],
        selectors: ['stage:prod'],
        environments: ['depot-prod', 'shop-prod'],
      },
      {
        kind: 'group',
        caller: 'owners',
        scopes: ['mrt/users.profile'],
        selectors: ['shop-*', 'depot-prod'],
        environments: ['depot-prod', 'shop-acc', 'shop-prod'],
      },
    ]);
  });

  test('tells an auditor of some environments of these, and names no other', async () => {
    const { body } = await ask(permitted.slice(1, 2));
    expect(body.grants.map(({ caller }) => caller)).toEqual(['monitoring', 'owners']);
    expect(JSON.stringify(body)).not.toMatch(/depot|shop-prod|stage:prod/);
  });

  test('comes in pages, which together are all of it', async () => {
    const first = await ask(permitted, 2);
    const second = await ask(permitted, 2, first.next);
    expect([...first.body.grants, ...second.body.grants]).toEqual((await ask(permitted)).body.grants);
    expect(second.next).toBeNull();
  });
});
