import type { Environment } from '@mrt/client';
import type { DiskForecast } from '@mrt/console/figures/disk-forecast.ts';
import { airflowConcerns } from '@mrt/console/pages/airflow/airflow-concerns.ts';
import { findingWords } from '@mrt/console/pages/constants/finding-words.ts';
import { concernsOf, worstOf } from '@mrt/console/pages/fleet/concerns.ts';
import { type FleetAnswers, fileBytes, fileGrowth, fleetRows, recordedAt } from '@mrt/console/pages/fleet/fleet-row.ts';
import { byEntity, byMonth } from '@mrt/console/pages/storage/orphan-groups.ts';
import { type TiledTable, tableTiles } from '@mrt/console/pages/tables/table-tiles.ts';
import { describe, expect, test } from 'vitest';

const GIB = 1024 ** 3;
const environment = (name: string): Environment => ({ environment: name, labels: {}, offers: [], scopes: [] });
const problem = {
  type: 'https://a/problems/database-unavailable',
  title: 'The database cannot be read',
  status: 503,
  detail: 'It does not answer.',
};

/** What the API answers about one environment, as far as the rules look at it. */
interface Told {
  free?: number | null;
  slots?: number;
  wal?: number;
  findings?: Record<string, number>;
  missing?: number | null;
  failed_sources?: string[];
  buckets?: { bucket: string; size_bytes: number | null; growth: object | null; error: object | null }[];
  never?: number;
  error?: typeof problem;
  stale?: boolean;
}

function answers(told: Record<string, Told>): FleetAnswers {
  const entries = (summary: (of: Told) => object) => ({
    environments: Object.entries(told).map(([name, of]) => ({
      environment: name,
      as_of: null,
      recorded_at: `2026-11-26T10:0${name.length % 10}:00Z`,
      stale: of.stale ?? false,
      error: of.error ?? null,
      summary: summary(of),
    })),
  });
  return {
    buckets: entries(({ buckets = [] }) => ({ buckets })),
    tables: entries(({ free = null, slots = 0, wal = 0 }) => ({
      database: { server: { free_bytes: free, inactive_slots: slots, wal_retained_bytes: wal } },
    })),
    users: entries(({ never = 0 }) => ({ licence: { internal: 60, external: 40 }, last_login: { never } })),
    constants: entries(({ findings = {}, missing = 0, failed_sources = [] }) => ({
      findings,
      missing,
      failed_sources,
    })),
  } as unknown as FleetAnswers;
}

function said(told: Record<string, Told>, forecasts: Record<string, DiskForecast | null> = {}) {
  const disks = new Map(Object.entries(forecasts).map(([name, forecast]) => [name, { forecast, sizes: [] }]));
  return concernsOf(fleetRows(Object.keys(told).map(environment), answers(told), disks));
}
const inDays = (daysLeft: number | null): DiskForecast => ({
  daysLeft,
  bytesPerDay: GIB,
  basis: 'free-space',
  points: 30,
});

describe('what is called wrong', () => {
  test('nothing, where all is well', () => {
    expect(said({ shop: { free: 100 * GIB } }, { shop: inDays(400) })).toEqual([]);
  });

  test.each([
    [13, 'bad', 'disk full in 13 days'],
    [59, 'warn', 'disk full in 59 days'],
  ])('a disk that is full in %d days', (days, severity, what) => {
    expect(said({ shop: { free: 50 * GIB } }, { shop: inDays(days) })).toMatchObject([
      { severity, what, href: '/e/shop' },
    ]);
  });

  test.each([
    ['in 61 days', 50 * GIB, inDays(61)],
    ['never', 50 * GIB, inDays(null)],
    ['not known when, with room', 50 * GIB, null],
    ['of which nothing is known', null, null],
  ])('no disk that is full %s', (_, free, forecast) => {
    expect(said({ shop: { free } }, { shop: forecast })).toEqual([]);
  });

  test('a disk with little room, where no trend says more', () => {
    expect(said({ shop: { free: GIB } }, { shop: null })).toMatchObject([
      { severity: 'warn', what: 'little disk left' },
    ]);
  });

  test('a database that is away, once for all that it fails', () => {
    const concerns = said({ shop: { error: problem } });
    expect(concerns).toHaveLength(1);
    expect(concerns[0]).toMatchObject({ severity: 'bad', why: expect.stringContaining('It does not answer.') });
  });

  test('constants: secrets at their default, values that are missing, sources that are away', () => {
    const told = {
      findings: { 'secret-left-at-default': 2, 'declared-twice': 1 },
      missing: 1,
      failed_sources: ['config'],
    };
    expect(said({ shop: told }).map(({ severity, what }) => `${severity}: ${what}`)).toEqual([
      'bad: secret left at its default',
      'warn: declared twice',
      'warn: constant without a value',
      'warn: source of constants cannot be read',
    ]);
  });

  test('what is not known of constants is no fault', () => {
    expect(said({ shop: { missing: null } })).toEqual([]);
  });

  test('a slot that nobody reads, or that holds back much', () => {
    expect(said({ shop: { slots: 1, wal: 5 } })).toMatchObject([{ what: 'replication slot that nobody reads' }]);
    expect(said({ shop: { wal: 2 * GIB } })).toMatchObject([{ what: 'much WAL is held back' }]);
    expect(said({ shop: { wal: GIB / 2 } })).toEqual([]);
  });

  test('a bucket that grows by more than a quarter in a month', () => {
    const bucket = (size_bytes: number | null, forecast: number) => ({
      bucket: 'files',
      size_bytes,
      growth: { bytes_per_day: 1, forecast_30_days_bytes: forecast },
      error: null,
    });
    expect(said({ shop: { buckets: [bucket(100, 126)] } })).toMatchObject([{ what: 'bucket grows fast' }]);
    expect(said({ shop: { buckets: [bucket(100, 124)] } })).toEqual([]);
    expect(said({ shop: { buckets: [bucket(null, 124)] } })).toEqual([]);
  });

  test('figures that are old, and accounts that nobody uses', () => {
    expect(said({ shop: { stale: true } })).toMatchObject([{ severity: 'warn', what: 'figures are old' }]);
    expect(said({ shop: { never: 11 } })).toMatchObject([{ severity: 'note', what: 'accounts that nobody uses' }]);
    expect(said({ shop: { never: 10 } })).toEqual([]);
  });

  test('figures that are old are not said of each environment where the whole record is', () => {
    const rows = fleetRows([environment('shop')], answers({ shop: { stale: true } }), new Map());
    expect([concernsOf(rows).length, concernsOf(rows, true).length]).toEqual([1, 0]);
  });

  test('the worst first, whichever environment it is of', () => {
    const concerns = said({ a: { never: 50 }, b: { free: GIB }, c: { findings: { 'secret-left-at-default': 1 } } });
    expect(concerns.map(({ environment: name }) => name)).toEqual(['c', 'b', 'a']);
    expect([worstOf(concerns, 'a'), worstOf(concerns, 'b'), worstOf(concerns, 'd')]).toEqual(['note', 'warn', null]);
  });

  describe('an Airflow', () => {
    const words = (health: object) =>
      [...airflowConcerns(health as Parameters<typeof airflowConcerns>[0])].map(
        ({ severity, what }) => `${severity}: ${what}`,
      );
    const states = { failing: 0, late: 0, running_long: 0, never_ran: 0, paused: 0, healthy: 9, unknown: 0 };

    test('whose scheduler is away, whose DAGs fail, whose files do not load', () => {
      const components = {
        metadatabase: 'healthy',
        scheduler: { status: 'unhealthy', heartbeat: null },
        triggerer: null,
      };
      const dags = {
        ...{ states: { ...states, failing: 1 }, runs: { success: 1, failed: 2 } },
        ...{ import_errors: 1, late: 1, running_long: null },
      };
      expect(words({ components, dags })).toEqual([
        'bad: scheduler is unhealthy',
        'bad: DAGs fail',
        'bad: DAG files cannot be loaded',
        'warn: DAGs are late',
      ]);
    });

    test('whose runs failed and then succeeded is looked at; where that is not known, at once', () => {
      const dags = { states, runs: { success: 1, failed: 2 }, import_errors: 0, late: 0, running_long: 0 };
      expect(words({ components: {}, dags })).toEqual(['warn: runs failed']);
      expect(words({ components: {}, dags: { ...dags, states: null } })).toEqual(['bad: runs failed']);
      expect(words({ components: {}, dags: { ...dags, runs: { success: 3, failed: 0 } } })).toEqual([]);
    });
  });

  test('a finding of a later release is said by its name', () => {
    expect(findingWords('set-by-accident')).toMatchObject({ severity: 'warn', what: 'set by accident' });
  });
});

describe('figures of a row', () => {
  const bucket = (size_bytes: number | null, perDay: number | null) => ({
    bucket: 'b',
    size_bytes,
    growth: perDay === null ? null : { bytes_per_day: perDay, forecast_30_days_bytes: 0 },
    error: null,
  });
  const row = (buckets: Told['buckets'] & object) => {
    const [own] = fleetRows([environment('shop')], answers({ shop: { buckets } }), new Map());
    if (own === undefined) throw new Error('no row');
    return own;
  };

  test('are sums, and not known as soon as a part is not', () => {
    expect([fileBytes(row([bucket(5, 1), bucket(7, 2)])), fileGrowth(row([bucket(5, 1), bucket(7, 2)]))]).toEqual([
      12, 3,
    ]);
    expect([fileBytes(row([bucket(5, 1), bucket(null, 2)])), fileGrowth(row([bucket(5, 1), bucket(7, null)]))]).toEqual(
      [null, null],
    );
  });

  test('are as old as the oldest of them; of an environment without answers nothing is known', () => {
    expect(recordedAt(row([]))).toBe('2026-11-26T10:04:00Z');
    const [alone] = fleetRows(
      [environment('new')],
      { buckets: null, tables: null, users: null, constants: null, airflows: null },
      new Map(),
    );
    expect(alone && [fileBytes(alone), fileGrowth(alone), recordedAt(alone), alone.disk]).toEqual([
      null,
      null,
      null,
      undefined,
    ]);
  });
});

describe('tiles', () => {
  const table = (name: string, more: Partial<TiledTable> = {}): TiledTable => ({
    table: name,
    entity: null,
    association: null,
    module: null,
    kind: 'entity',
    total_bytes: 100,
    index_bytes: 30,
    toast_bytes: 10,
    exact: true,
    locked: false,
    ...more,
  });

  test('stand by module, else by what the table is, and what the page has not is one tile', () => {
    const groups = tableTiles(
      [
        table('sales$order', { entity: 'Sales.Order', module: 'Sales' }),
        table('x', { kind: 'leftover' }),
        table('y', { kind: null }),
      ],
      'shop',
      50,
      '/console',
    );
    expect(groups.map(({ name }) => name)).toEqual([
      'Sales',
      'leftovers',
      'not known, as the catalog is locked',
      'other tables',
    ]);
    expect(groups[0]?.members[0]).toMatchObject({
      name: 'Sales.Order',
      href: '/console/e/shop/tables?table=sales%24order',
      parts: { index: 0.3, toast: 0.1 },
    });
  });

  test('say that they are estimates, and an empty table has no shares', () => {
    const [group] = tableTiles(
      [table('a', { exact: false, locked: true }), table('b', { total_bytes: 0, index_bytes: 0, toast_bytes: 0 })],
      'shop',
      0,
      '',
    );
    expect(group?.members[0]).toMatchObject({
      isEstimate: true,
      label: expect.stringContaining('an estimate as it is locked'),
    });
    expect(group?.members[1]?.parts).toEqual({ index: 0, toast: 0 });
  });
});

test('keys are put together by month and by entity; what has neither says so', () => {
  const keys = [
    { size_bytes: 5, last_modified: '2026-03-04T00:00:00Z', entity: null },
    { size_bytes: 7, last_modified: '2026-01-04T00:00:00Z', entity: 'Sales.Invoice' },
    { size_bytes: null, last_modified: null, entity: 'Sales.Invoice' },
  ];
  expect(byMonth(keys)).toEqual([
    { name: '2026-01', objects: 1, bytes: 7 },
    { name: '2026-03', objects: 1, bytes: 5 },
    { name: 'not known', objects: 1, bytes: 0 },
  ]);
  expect(byEntity(keys)).toEqual([
    { name: 'Sales.Invoice', objects: 2, bytes: 7 },
    { name: 'no document', objects: 1, bytes: 5 },
  ]);
});
