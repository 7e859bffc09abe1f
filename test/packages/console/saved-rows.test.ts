/** What the console saves as CSV of its own, and which differences are rows. */
import type { Bucket, ConstantDifference, Environment } from '@mrt/client';
import { differenceRows, differencesCsv } from '@mrt/console/pages/constants/differences.ts';
import { concernsOf } from '@mrt/console/pages/fleet/concerns.ts';
import { fleetCsv } from '@mrt/console/pages/fleet/fleet-csv.ts';
import { type FleetAnswers, fleetRows, isKnown } from '@mrt/console/pages/fleet/fleet-row.ts';
import { recordFaults } from '@mrt/console/pages/fleet/record-faults.ts';
import { bucketDays } from '@mrt/console/pages/storage/bucket-days.ts';
import { describe, expect, test } from 'vitest';

const environment = (name: string): Environment => ({ environment: name, labels: {}, offers: [], scopes: [] });

/** Answers of the fleet in which each of two environments has this error. */
function failing(error: object, parts: readonly (keyof FleetAnswers)[] = ['buckets', 'tables']): FleetAnswers {
  const rows = ['acc', 'prod'].map((name) => ({ environment: name, summary: null, stale: false, error }));
  const none = { buckets: null, tables: null, users: null, constants: null, airflows: null };
  return Object.assign(none, ...parts.map((part) => ({ [part]: { environments: rows } })));
}

describe('a record that tells nothing', () => {
  const error = {
    title: 'Record unavailable',
    detail: 'Nothing is recorded yet.',
    source: 'record',
    reason: 'missing',
  };

  test('is said once for all that it lacks, and of no environment', () => {
    const answers = failing(error);
    expect(recordFaults(answers)).toEqual([{ what: 'files and databases', detail: 'Nothing is recorded yet.' }]);
    const rows = fleetRows(['acc', 'prod'].map(environment), answers, new Map());
    expect(concernsOf(rows)).toEqual([]);
    // Nor is it all well with them.
    expect(rows.map(isKnown)).toEqual([false, false]);
  });

  test('is not a database that cannot be read: that one is said of its environment', () => {
    const answers = failing({ title: 'Database', detail: 'It does not answer.', source: 'database' }, ['tables']);
    expect(recordFaults(answers)).toEqual([]);
    expect(concernsOf(fleetRows(['acc', 'prod'].map(environment), answers, new Map()))).toHaveLength(2);
  });
});

test('the fleet has a row for each environment with exact figures, and nothing where nothing is known', () => {
  const answers = {
    ...failing({}, []),
    tables: {
      environments: [
        {
          environment: 'prod',
          error: null,
          summary: { database: { size_bytes: 377_487_361, server: { free_bytes: 21_474_836_480 } } },
        },
      ],
    },
  } as unknown as FleetAnswers;
  const rows = fleetRows([environment('prod'), environment('etl')], answers, new Map());
  const [prod, etl] = fleetCsv(rows, [
    { severity: 'warn', environment: 'prod', what: 'disk full in 30 days', why: '', href: '' },
  ]);
  expect(prod).toMatchObject({
    environment: 'prod',
    severity: 'warn',
    wrong: 'disk full in 30 days',
    database_bytes: 377_487_361,
    free_bytes: 21_474_836_480,
  });
  expect(etl).toMatchObject({ environment: 'etl', severity: null, wrong: '' });
  expect(etl?.['database_bytes']).toBeUndefined();
});

test('the history of a bucket has a row for each day, with a column for each storage type', () => {
  const history = [
    { date: '2026-11-24', size_bytes: 30, object_count: 2, by_storage_type: { StandardStorage: 30 } },
    {
      date: '2026-11-25',
      size_bytes: 40,
      object_count: null,
      by_storage_type: { StandardStorage: 30, GlacierStorage: 10 },
    },
  ];
  const bucket = (name: string, past: object[] | null) =>
    ({ bucket: name, prefix: null, history: past }) as unknown as Bucket;
  expect(bucketDays([bucket('files', history), bucket('shared', null)])).toEqual([
    { bucket: 'files', prefix: null, date: '2026-11-24', size_bytes: 30, object_count: 2, StandardStorage: 30 },
    {
      ...{ bucket: 'files', prefix: null, date: '2026-11-25', size_bytes: 40, object_count: null },
      ...{ StandardStorage: 30, GlacierStorage: 10 },
    },
  ]);
});

describe('differences of two environments', () => {
  const side = (value: string | null, state: string, masked = false) => ({ value, state, masked, default_value: 'd' });
  const difference = (name: string, change: string, here: object | null, there: object | null) =>
    ({ name, change, here, there }) as unknown as ConstantDifference;
  const url = [side('https://live', 'overridden'), side('d', 'default')] as const;
  const width = [side('1200', 'default'), side('800', 'default')] as const;
  const all = [
    difference('Billing.Url', 'value', ...url),
    difference('Billing.Url', 'state', ...url),
    difference('Catalog.Width', 'value', ...width),
    difference('Catalog.Width', 'default', ...width),
    difference('Mail.Sender', 'state', side('d', 'default'), side('d', 'overridden')),
    difference('Mail.Key', 'value', side(null, 'overridden', true), side(null, 'default', true)),
    difference('Old', 'only_there', null, side('x', 'obsolete')),
  ];

  test('are one row where the values with their states say all', () => {
    expect(differenceRows(all).map(({ name, changes }) => `${name}: ${changes.join(', ')}`)).toEqual([
      'Billing.Url: value, state',
      'Catalog.Width: value, default',
      'Mail.Sender: state',
      'Mail.Key: value',
      'Old: only_there',
    ]);
  });

  test('of a default that another value hides stay rows of their own', () => {
    const hidden = [side('x', 'overridden'), side('800', 'default')] as const;
    const rows = differenceRows([difference('W', 'value', ...hidden), difference('W', 'default', ...hidden)]);
    expect(rows.map(({ change }) => change)).toEqual(['value', 'default']);
  });

  test('are all in the file, as the API gives them, and a masked value is in none', () => {
    const rows = differencesCsv(all, 'prod', 'acc');
    expect(rows).toHaveLength(all.length);
    expect(rows[0]).toEqual({
      ...{ name: 'Billing.Url', change: 'value', environment: 'prod', value: 'https://live', state: 'overridden' },
      ...{ masked: false, compare: 'acc', compare_value: 'd', compare_state: 'default', compare_masked: false },
    });
    expect(rows[5]).toMatchObject({ value: null, masked: true, compare_value: null });
    expect(rows[6]?.['value']).toBeUndefined();
  });
});
