import { describe, expect, test } from 'vitest';
import type { FleetRequest } from '../../../lambdas/exchange.ts';
import { type FleetBody, type FleetPosition, fleetAnswer } from '../../../lambdas/fleet/answer.ts';
import { distinctOf } from '../../../lambdas/fleet/distinct.ts';
import type { Latest, Recorded } from '../../../lambdas/record/latest.ts';
import { route as bucketSize } from '../../../lambdas/routes/bucket_size/route.ts';
import { route as users } from '../../../lambdas/routes/users/route.ts';
import { RecordUnavailableError, UpstreamFailedError } from '../../../lambdas/upstream-errors.ts';

const NOW = new Date('2026-11-26T10:20:00Z');

function recorded(
  bytes: number | null,
  changes: Partial<Recorded> = {},
  once = 'files/',
  within: string | null = null,
) {
  const taken_at = '2026-11-26T10:15:00Z';
  return {
    tried_at: taken_at,
    taken_at,
    as_of: '2026-11-25T00:00:00Z',
    complete: true,
    summary: { buckets: [] },
    addends: [{ once, within, figures: { size_bytes: bytes, object_count: 1 } }],
    figures: [{ figure: 'bucket_size_bytes', labels: { bucket: 'b', storage_type: 's' }, value: bytes }],
    error: null,
    ...changes,
  } satisfies Recorded;
}

function ask(
  environments: Record<string, Recorded | null>,
  names: readonly string[],
  options: { limit?: number; position?: FleetPosition; taken_at?: string; figures?: boolean; daily?: true } = {},
) {
  const { limit = 100, position = null, taken_at = '2026-11-26T10:15:00Z', figures = false } = options;
  const latest: Latest = {
    schema_version: 1,
    taken_at,
    every_minutes: 15,
    environments: Object.fromEntries(
      Object.entries(environments).map(([name, one]) => [name, one === null ? {} : { bucket_size: one }]),
    ),
  };
  const request = {
    parameters: {},
    limit,
    position,
    environments: names.map((name) => ({ environment: { name, labels: {}, offers: ['bucket_size'] }, scopes: [] })),
    figures,
  } as unknown as FleetRequest<FleetPosition>;
  const part = { ...bucketSize.fleet, ...(options.daily && { daily: options.daily }) };
  return fleetAnswer('bucket_size', part, request, { latest: async () => ({ latest, etag: '"1"' }) }, NOW);
}

const bodyOf = async (answer: ReturnType<typeof ask>) => (await answer).body as FleetBody & { complete: boolean };

describe('what environments add up to', () => {
  test('is a bucket that two of them have once, and a part of it not again', async () => {
    const all = { a: recorded(70), b: recorded(70), c: recorded(10, {}, 'files/crm-', 'files/') };
    expect((await bodyOf(ask(all, ['a', 'b', 'c']))).total).toEqual({ size_bytes: 70, object_count: 1 });
  });

  test('is of the part alone for whoever may not read the whole: the neighbours are not in it', async () => {
    const all = { a: recorded(70), c: recorded(10, {}, 'files/crm-', 'files/') };
    const body = await bodyOf(ask(all, ['c']));
    expect(body.total).toEqual({ size_bytes: 10, object_count: 1 });
    expect(body.environments.map(({ environment }) => environment)).toEqual(['c']);
    expect(JSON.stringify(body)).not.toContain('70');
  });

  test('is null with a part that is not known, and says so', async () => {
    const body = await bodyOf(ask({ a: recorded(70), b: recorded(null, { complete: false }, 'other/') }, ['a', 'b']));
    expect(body.total).toEqual({ size_bytes: null, object_count: 2 });
    expect(body.complete).toBe(false);
  });

  test('is what one of two knows of the bucket that both have', async () => {
    const body = await bodyOf(ask({ a: recorded(null), b: recorded(70) }, ['a', 'b']));
    expect(body.total['size_bytes']).toBe(70);
  });

  test('is null where an environment was never recorded, and the environment is there with its reason', async () => {
    const body = await bodyOf(ask({ a: recorded(70) }, ['a', 'new']));
    expect(body.total).toEqual({ size_bytes: null, object_count: null });
    expect(body.environments[1]).toMatchObject({
      environment: 'new',
      summary: null,
      error: { type: '/problems/record-unavailable', reason: 'missing' },
    });
  });

  test('is of all pages, and pages follow each other by name', async () => {
    const all = { a: recorded(1, {}, 'a/'), b: recorded(2, {}, 'b/'), c: recorded(4, {}, 'c/') };
    const first = await ask(all, ['c', 'a', 'b'], { limit: 2 });
    expect((first.body as FleetBody).environments.map(({ environment }) => environment)).toEqual(['a', 'b']);
    expect((first.body as FleetBody).total['size_bytes']).toBe(7);
    const next = await ask(all, ['c', 'a', 'b'], { limit: 2, position: first.next ?? { after: '' } });
    expect((next.body as FleetBody).environments.map(({ environment }) => environment)).toEqual(['c']);
    expect((next.body as FleetBody).total['size_bytes']).toBe(7);
    expect(next.next).toBeNull();
  });
});

describe('an environment whose last recording failed', () => {
  test('keeps its figures with their age and the error, and the answer is not complete', async () => {
    const error = { type: '/problems/upstream-timeout', title: 't', status: 504, detail: 'd' };
    const body = await bodyOf(ask({ a: recorded(70, { error, tried_at: '2026-11-26T10:15:00Z' }) }, ['a']));
    expect(body.environments[0]).toMatchObject({ stale: true, error, recorded_at: '2026-11-26T10:15:00Z' });
    expect(body.environments[0]?.summary).not.toBeNull();
    expect(body.complete).toBe(false);
  });
});

describe('a record', () => {
  test('older than two runs makes every environment stale, with its age', async () => {
    const body = await bodyOf(ask({ a: recorded(70) }, ['a'], { taken_at: '2026-11-26T09:40:10Z' }));
    expect(body.record).toEqual({ taken_at: '2026-11-26T09:40:10Z', age_s: 2340, reason: 'old' });
    expect(body.environments[0]).toMatchObject({ stale: true, error: null });
    expect(body.complete).toBe(false);
  });

  test('that holds an environment whose turn was long ago says so of that one alone', async () => {
    const old = { taken_at: '2026-11-26T09:40:10Z', tried_at: '2026-11-26T09:40:10Z' };
    const body = await bodyOf(ask({ a: recorded(70, old), b: recorded(7, {}, 'other/') }, ['a', 'b']));
    expect(body.environments.map(({ stale }) => stale)).toEqual([true, false]);
    expect([body.record.age_s, body.complete]).toEqual([null, false]);
  });

  test('of what is recorded once a day is as good as new for two days', async () => {
    const of = async (taken_at: string) => {
      const { environments } = await bodyOf(ask({ a: recorded(70, { taken_at }) }, ['a'], { daily: true }));
      return environments[0]?.stale;
    };
    expect(await of('2026-11-24T10:30:00Z')).toBe(false);
    expect(await of('2026-11-24T10:10:00Z')).toBe(true);
  });

  test('of two runs ago is as it should be', async () => {
    const body = await bodyOf(ask({ a: recorded(70) }, ['a'], { taken_at: '2026-11-26T09:51:00Z' }));
    expect(body.record.reason).toBeNull();
    expect(body.complete).toBe(true);
  });

  test.each([
    ['missing', new RecordUnavailableError('missing')],
    ['unreadable', new RecordUnavailableError('unreadable')],
    ['newer-schema', new RecordUnavailableError('newer-schema')],
    ['access-denied', new UpstreamFailedError('record', 'access-denied')],
  ])('that is %s is no empty fleet: each environment is there with the reason', async (reason, error) => {
    const request = {
      limit: 100,
      position: null,
      environments: ['a', 'b'].map((name) => ({ environment: { name, labels: {}, offers: [] }, scopes: [] })),
      figures: false,
    } as unknown as FleetRequest<FleetPosition>;
    const latest = () => Promise.reject(error);
    const { body } = await fleetAnswer('bucket_size', bucketSize.fleet, request, { latest }, NOW);
    const { environments, record, total } = body as FleetBody;
    expect(environments.map(({ environment, error: own }) => [environment, own?.['reason']])).toEqual([
      ['a', reason],
      ['b', reason],
    ]);
    expect(record.reason).toBe(reason);
    expect(total).toEqual({ size_bytes: null, object_count: null });
  });

  describe('of environments of two tenants, which have it apart', () => {
    const reader = (tenant: string) => ({ tenant, role: `arn:aws:iam::111122223333:role/mrt-prod-tenant-${tenant}` });
    const request = {
      limit: 100,
      position: null,
      environments: ['a', 'b', 'own'].map((name) => ({
        environment: { name, labels: {}, offers: ['users'], ...(name !== 'own' && { reader: reader(`bank-${name}`) }) },
        scopes: [],
      })),
      figures: false,
    } as unknown as FleetRequest<FleetPosition>;
    const distinct = { as_of: '2026-11-26T00:00:00Z', environments: ['a'], groups: [] };
    const partOf = (name: string, taken_at: string): Latest => ({
      ...{ schema_version: 1, taken_at, every_minutes: 15, distinct },
      environments: { [name]: { users: { ...recorded(1), summary: {}, addends: [] } } },
    });

    test('reads each tenant’s with that tenant’s role, and the oldest says how old the record is', async () => {
      const asked: unknown[] = [];
      const latest = async (_: string, by?: { tenant: string; role: string }) => {
        asked.push(by?.role ?? null);
        const name = by?.tenant.replace('bank-', '') ?? 'own';
        return {
          latest: partOf(name, name === 'b' ? '2026-11-26T10:00:00Z' : '2026-11-26T10:15:00Z'),
          etag: `"${name}"`,
        };
      };
      const { body, as_of } = await fleetAnswer('users', users.fleet, request, { latest }, NOW);
      const { environments, distinct: people } = body as FleetBody;
      expect(asked).toEqual([reader('bank-a').role, reader('bank-b').role, null]);
      expect(environments.map(({ environment, error }) => [environment, error])).toEqual([
        ['a', null],
        ['b', null],
        ['own', null],
      ]);
      expect(as_of).toBe('2026-11-26T10:00:00Z');
      // People of two owners are not counted together, and that is said.
      expect(people).toMatchObject({ identities: null, not_counted: ['a', 'b', 'own'] });
    });

    test('says of one tenant’s that cannot be read that it cannot, and shows the others', async () => {
      const latest = async (_: string, by?: { tenant: string }) => {
        if (by?.tenant === 'bank-b') throw new UpstreamFailedError('sts', 'access-denied');
        return { latest: partOf(by === undefined ? 'own' : 'a', '2026-11-26T10:15:00Z'), etag: '"1"' };
      };
      const { body, faults } = await fleetAnswer('users', users.fleet, request, { latest }, NOW);
      const { environments, record, total } = body as FleetBody;
      expect(environments.map(({ environment, error }) => [environment, error?.['reason'] ?? null])).toEqual([
        ['a', null],
        ['b', 'access-denied'],
        ['own', null],
      ]);
      expect(record.reason).toBe('access-denied');
      expect(Object.values(total)).toEqual(Object.values(total).map(() => null));
      expect(faults).toHaveLength(1);
    });
  });

  test('that fails for a bug of ours is no part of an answer', async () => {
    const request = {
      limit: 1,
      position: null,
      environments: [],
      figures: false,
    } as unknown as FleetRequest<FleetPosition>;
    const latest = () => Promise.reject(new TypeError('bug'));
    await expect(fleetAnswer('users', users.fleet, request, { latest }, NOW)).rejects.toThrow('bug');
  });
});

describe('different people', () => {
  const counted = {
    as_of: '2026-11-26T00:00:00Z',
    environments: ['crm', 'shop'],
    groups: [
      { internal: [1], external: [0], identities: 1 },
      { internal: [1], external: [], identities: 2 },
    ],
  };

  test('are counted over the environments of the caller, and no other', () => {
    expect(distinctOf(counted, ['crm', 'shop'])).toMatchObject({ identities: 3, internal_here_external_there: 1 });
    expect(distinctOf(counted, ['crm'])).toMatchObject({ identities: 1, internal_here_external_there: 0 });
    expect(distinctOf(counted, ['shop'])).toMatchObject({ identities: 3, internal_here_external_there: 0 });
  });

  test('are not known where the users of one were not counted, and it is named', () => {
    expect(distinctOf(counted, ['crm', 'new'])).toEqual({
      identities: null,
      internal_here_external_there: null,
      as_of: '2026-11-26T00:00:00Z',
      not_counted: ['new'],
    });
    expect(distinctOf(null, ['crm'])).toMatchObject({ identities: null, not_counted: ['crm'] });
  });
});
