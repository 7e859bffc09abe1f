/** What an answer to a tenant's caller depends on: what concerns the tenant, and not what another tenant has. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readCursor } from '../../../lambdas/http/cursor.ts';
import type { KeyObject } from '../../../lambdas/keys/object.ts';
import { tenantKeys } from '../../../lambdas/keys/tenant-keys.ts';
import { answerOf, type Domain, serveRoute } from './small-route.ts';

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

/** The small route's stage, whose caller `reader` is the shop's or the operator's. */
async function stage(tenant: string | null, domain?: Domain) {
  const served = await serveRoute(domain);
  const { settings } = served;
  for (const caller of [...Object.values(settings.callers.clients), ...Object.values(settings.callers.groups)]) {
    caller.tenant = tenant;
  }
  for (const [name, environment] of Object.entries(settings.environments)) {
    environment.tenant = name.startsWith('shop-') ? 'shop' : 'depot';
  }
  settings.tenants = {
    shop: { configuration_version: 's1', provider: null },
    depot: { configuration_version: 'd1', provider: null },
  };
  const etag = async () => (await served.ask()).headers['etag'];
  return { ...served, tenants: settings.tenants, etag };
}

describe('an ETag', () => {
  test('of a tenant stays while another tenant’s configuration changes, and changes with its own', async () => {
    const { settings, tenants, etag } = await stage('shop');
    const before = await etag();
    settings.configuration_version = 'c2';
    Object.assign(tenants['depot'] ?? {}, { configuration_version: 'd2' });
    expect(await etag()).toBe(before);
    Object.assign(tenants['shop'] ?? {}, { configuration_version: 's2' });
    expect(await etag()).not.toBe(before);
  });

  test('of the operator changes with everybody’s configuration', async () => {
    const { settings, etag } = await stage(null);
    const before = await etag();
    settings.configuration_version = 'c2';
    expect(await etag()).not.toBe(before);
  });
});

describe('the keys of a tenant', () => {
  const BINDING = { route: 'table_size', environment: 'shop-prod', filters: [] };
  const position = (cursor: string, keys: KeyObject) => readCursor(cursor, BINDING, keys, Date.now());

  test.each([['shop'], [null]])(
    'sign the cursors of its own callers, here %j’s, and nobody else’s do',
    async (tenant) => {
      const { ask, stored } = await stage(tenant, async () => ({ ...answerOf(['one']), next: { after: 'one' } }));
      const response = await ask();
      const cursor = String(JSON.parse(String(response.body))['next_cursor']);
      const own = tenant === null ? stored.keys : tenantKeys(stored.keys, tenant);
      expect(position(cursor, own)).toEqual({ after: 'one' });
      for (const others of [
        tenantKeys(stored.keys, 'depot'),
        tenant === null ? tenantKeys(stored.keys, 'shop') : stored.keys,
      ]) {
        expect(() => position(cursor, others)).toThrow();
      }
      expect((await ask({ query: `environment=shop-prod&cursor=${encodeURIComponent(cursor)}` })).status).toBe(200);
    },
  );

  test('hash what is its environment’s, whoever asks', async () => {
    for (const tenant of ['shop', null]) {
      const given: KeyObject[] = [];
      const { ask, stored } = await stage(tenant, async (_, keys) => {
        given.push(await keys());
        return answerOf(['one']);
      });
      await ask();
      const { identity, fingerprint } = tenantKeys(stored.keys, 'shop');
      expect(given).toMatchObject([{ identity, fingerprint }]);
    }
  });
});

test('a caller whose entry means nothing of its own tenant has no right on the route, and nothing is asked', async () => {
  const { ask, asked } = await stage('depot');
  expect((await ask({ query: 'environment=shop-prod' })).status).toBe(403);
  expect(asked).toEqual([]);
});
