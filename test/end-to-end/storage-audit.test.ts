/** What `/storage_audit` finds in the sample apps: exactly what the generator planted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedObjects } from '../../local/samples/audit-cases.ts';
import { sampleFiles } from '../../local/samples/files.ts';
import { type Json, type RunningSystem, runSystem } from './running-system.ts';

let system: RunningSystem;
let pets: string;
beforeAll(async () => {
  // The pet shop is small: all of its files are there at any scale of 0.01 and above.
  system = await runSystem({ sampleScale: 1 });
  pets = await system.token({ client: 'pet-shop-client' });
});
afterAll(() => system.end());

const ask = (query: string, headers: Record<string, string> = {}) =>
  system.ask(`/storage_audit?environment=pet-shop-prod${query}`, { token: pets, headers });
const classOf = (json: Json, name: string) => (json['reconciliation'] as Record<string, Json>)[name] as Json;

/** The table of docs/decisions/storage-audit.md, "The sample". */
const PLANTED = {
  referenced: 234,
  pending_deletion: 3,
  orphaned: 12,
  too_young: 4,
  foreign: 5,
  size_mismatch: 6,
};

test('each class has exactly what was planted', async () => {
  const { status, json } = await ask('');
  expect([status, json['complete']]).toEqual([200, true]);
  for (const [name, count] of Object.entries(PLANTED)) {
    expect([name, classOf(json, name)['object_count']]).toEqual([name, count]);
  }
  expect(classOf(json, 'missing')['file_count']).toBe(5);
  const files = sampleFiles('pet-shop-prod');
  const orphans = files.filter((file) => file.in_bucket && !file.in_database && file.unreferenced === null);
  expect(classOf(json, 'orphaned')['size_bytes']).toBe(orphans.reduce((sum, { size }) => sum + size, 0));
  const listed = Object.values(PLANTED).reduce((sum, count) => sum + count, 0);
  expect(classOf(json, 'listed')['object_count']).toBe(listed);
  const figures = json['files'] as Json;
  const documents = files.filter((file) => file.in_database && file.has_contents);
  expect(figures).toMatchObject({ file_count: documents.length, not_sized: 2, not_found: 2 });
});

test('by S3’s report the planted classes are the same, without a listing', async () => {
  const { status, json } = await ask('&source=inventory');
  expect([status, json['complete'], json['source']]).toEqual([200, true, 'inventory+postgresql']);
  const { orphaned, missing, foreign, size_mismatch, pending_deletion, referenced, too_young, report, as_of } = json[
    'reconciliation'
  ] as Record<string, Json>;
  expect(Date.parse(String(as_of))).toBeLessThan(Date.now());
  expect(new Date(String(as_of)).getUTCMinutes()).toBe(0);
  expect(json['as_of']).toBe(as_of);
  const counts = [orphaned, foreign, size_mismatch, pending_deletion].map((one) => one?.['object_count']);
  expect(counts).toEqual([PLANTED.orphaned, PLANTED.foreign, PLANTED.size_mismatch, PLANTED.pending_deletion]);
  expect(missing?.['file_count']).toBe(5);
  // Planted some hours ago: the report may be older.
  const { file_count: later } = (report?.['not_in_report'] ?? {}) as Json;
  expect(Number(referenced?.['object_count']) + Number(later)).toBe(PLANTED.referenced);
  expect(Number(too_young?.['object_count'])).toBeLessThanOrEqual(PLANTED.too_young);
  const both = await Promise.all(['', '&source=inventory'].map((source) => ask(`&list=orphaned${source}`)));
  const [listed, reported] = both.map((reply) => (reply.json['keys'] as Json[]).map((row) => row['key']));
  expect(reported).toEqual(listed);
});

test('a list has the keys, in JSON as in CSV', async () => {
  const { json } = await ask('&list=foreign');
  const keys = (json['keys'] as Json[]).map((row) => row['key']);
  const foreign = plantedObjects().map(({ key }) => key);
  expect(keys).toEqual(foreign.filter((key) => !/^[0-9a-f-]{36}$/.test(key)).toSorted((a, b) => (a < b ? -1 : 1)));
  const { text } = await ask('&list=foreign', { accept: 'text/csv' });
  expect(text.split('\r\n')[0]).toBe(
    'environment,list,key,size_bytes,document_size_bytes,storage_class,last_modified,age_hours,state,entity',
  );
  for (const key of keys) expect(text).toContain(`pet-shop-prod,foreign,${key},`);
});

test('the pages of a list come to the same as its figures', async () => {
  const { json } = await system.ask('/storage_audit?environment=shop-prod');
  const count = Number(classOf(json, 'orphaned')['object_count']);
  expect(count).toBeGreaterThan(300);
  const keys: string[] = [];
  let cursor = '';
  do {
    const page = await system.ask(`/storage_audit?environment=shop-prod&list=orphaned&limit=200${cursor}`);
    keys.push(...(page.json['keys'] as Json[]).map((row) => String(row['key'])));
    cursor = page.json['next_cursor'] === null ? '' : `&cursor=${page.json['next_cursor']}`;
  } while (cursor !== '');
  expect(new Set(keys).size).toBe(count);
  expect(keys).toHaveLength(count);
});

test.each([
  ['files=only&list=orphaned', 'files'],
  ['files=only&older_than_hours=5', 'older_than_hours'],
  ['older_than_hours=0', 'older_than_hours'],
  ['list=everything', 'list'],
])('%s is refused, and the parameter named', async (query, parameter) => {
  const { status, json } = await ask(`&${query}`);
  expect([status, (json['errors'] as Json[])[0]?.['parameter']]).toEqual([400, parameter]);
});

test('as CSV there are lists only', async () => {
  expect((await ask('', { accept: 'text/csv' })).status).toBe(406);
});

test('an environment with one side only does not offer it', async () => {
  const { json } = await system.ask('/environments');
  for (const { environment, offers } of json['environments'] as { environment: string; offers: string[] }[]) {
    expect([environment, offers.includes('storage_audit')]).toEqual([environment, environment !== 'etl-prod']);
  }
  const { json: depot } = await system.ask('/environments', { token: await system.token({ client: 'depot-client' }) });
  expect((depot['environments'] as { offers: string[] }[])[0]?.offers).not.toContain('storage_audit');
});
