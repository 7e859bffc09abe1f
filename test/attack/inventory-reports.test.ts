/** Reports that cannot be used, as they lie in the bucket of the reports: each row and each audit says why. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportObject } from '../../local/samples/inventory-report.ts';
import { type Json, type RunningSystem, sharedSystem } from '../end-to-end/running-system.ts';
import { altered, deliver, HOUR_MS, PREFIX, reportOfOne } from './delivered-report.ts';

const INVENTORY = '/bucket_size?environment=shop-prod&source=inventory';
const AUDIT = '/storage_audit?environment=shop-prod&source=inventory';
let system: RunningSystem;

beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.end());

async function asked(): Promise<{ row: Json; json: Json }> {
  const { json } = await system.ask(INVENTORY);
  return { json, row: (json['buckets'] as Json[])[0] as Json };
}

async function answersAgain(): Promise<void> {
  const { row } = await asked();
  expect([row['complete'], row['error']]).toEqual([true, null]);
  expect(row['object_count']).toBeGreaterThan(1);
}

/** What lies there, and the reason. */
const UNUSABLE: [string, () => ReportObject[], string][] = [
  ['not there', () => [], 'missing'],
  ['without its links', () => reportOfOne().filter(({ key }) => !key.includes('/hive/')), 'cut'],
  ['with links to nothing', () => altered(reportOfOne(), '/symlink.txt', () => ''), 'cut'],
  ['with half a manifest', () => altered(reportOfOne(), '/manifest.json', (text) => text.slice(0, 50)), 'cut'],
  [
    'of a version that came later',
    () => altered(reportOfOne(), '/manifest.json', (text) => text.replace('2016-11-30', '2030-01-01')),
    'unknown-schema',
  ],
  [
    'about another bucket',
    () => altered(reportOfOne(), '/manifest.json', (text) => text.replace('"shop-prod-files"', '"neighbour"')),
    'unknown-schema',
  ],
  ['with a damaged file', () => altered(reportOfOne(), '.parquet', () => 'no parquet'), 'unreadable'],
  ['without a file', () => reportOfOne().filter(({ key }) => !key.endsWith('.parquet')), 'unreadable'],
];

test.each(UNUSABLE)('one that is %s gives no figure and says why, to the audit too', async (_, report, reason) => {
  const putBack = deliver(system, report(), (key) => !key.startsWith(PREFIX));
  try {
    const { row, json } = await asked();
    expect(row).toMatchObject({ size_bytes: null, object_count: null, inventory: null, complete: false });
    expect(row['error']).toMatchObject({ type: '/problems/inventory-unavailable', source: 'inventory', reason });
    expect(json).toMatchObject({ total: { size_bytes: null, object_count: null }, complete: false });
    const { json: audit } = await system.ask(AUDIT);
    expect(audit).toMatchObject({ reconciliation: null, errors: { bucket: { source: 'inventory', reason } } });
  } finally {
    putBack();
  }
  await answersAgain();
});

test('an old one has its figures, of its own time, and is not complete', async () => {
  const made = new Date(Date.now() - 49 * HOUR_MS);
  const putBack = deliver(system, reportOfOne(made), (key) => !key.startsWith(PREFIX));
  try {
    const { row } = await asked();
    expect(row).toMatchObject({ size_bytes: 7, object_count: 1, complete: false, error: { reason: 'old' } });
    expect(Date.parse(String(row['as_of']))).toBe(made.getTime() - (made.getTime() % 1_000));
  } finally {
    putBack();
  }
  await answersAgain();
});
