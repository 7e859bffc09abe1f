/** `source=inventory`: the same classes as by a listing, and no false one, whatever was written and deleted since the report. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import fc from '../../../properties.ts';
import { anyWorld, classesOf, plainly, uuids, type World } from './any-world.ts';
import { type Document, FilesApp } from './files-app.ts';

// Each run of a property speaks to a real database and endpoint some dozen times.
vi.setConfig({ testTimeout: 120_000 });

let app: FilesApp;
beforeAll(async () => {
  app = await FilesApp.open();
});
afterAll(() => app.close());

const BY_REPORT = { source: 'inventory' } as const;
type Answer = Awaited<ReturnType<FilesApp['ask']>>;

async function fill(world: World): Promise<void> {
  app.layout = world.layout;
  await app.fill(world.documents, world.queued, world.objects);
  await app.takeReport();
}

/** Follows the cursors. */
async function toTheEnd(
  asked: NonNullable<Parameters<FilesApp['ask']>[0]>,
): Promise<{ answer: Answer; keys: string[] }> {
  const keys: string[] = [];
  let position: Answer['next'] = null;
  for (;;) {
    const answer: Answer = await app.ask({ ...asked, position });
    keys.push(...(answer.body.keys ?? []).map(({ key }) => key));
    if (answer.next === null) return { answer, keys };
    position = answer.next;
  }
}

const [first = '', second = '', third = '', fourth = ''] = uuids;
const document = (uuid: string, more: Partial<Document> = {}): Document => ({
  uuid,
  size: 5,
  has_contents: true,
  entity: 'Sales.Invoice',
  ...more,
});
const object = (key: string, hours = 100) => ({ key, size: 5, hours });
const DEFAULT_LAYOUT = { prefix: '', shape: 'flat', suffix: '' } as const;

describe('where nothing has changed since the report', () => {
  test('every object and every document is in the class that a listing puts it in', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        await fill(world);
        const answer = await app.ask({ parameters: BY_REPORT });
        expect(answer.body.errors).toEqual({ database: null, bucket: null });
        expect(answer.body).toMatchObject({ complete: true, source: 'inventory+postgresql' });
        expect(classesOf(answer)).toEqual(plainly(world));
        expect(answer.body.reconciliation?.listed?.object_count).toBe(world.objects.length);
        expect(answer.body.reconciliation?.report?.deleted_since.object_count).toBe(0);
      }),
      { numRuns: 8 },
    );
  });

  test('the lists of a class have its keys in order, each once, whatever the size of the pages', async () => {
    const lists = fc.constantFrom('orphaned', 'missing', 'foreign', 'size_mismatch', 'pending_deletion');
    await fc.assert(
      fc.asyncProperty(anyWorld, lists, fc.integer({ min: 1, max: 5 }), async (world, list, limit) => {
        await fill(world);
        const { keys } = await toTheEnd({ parameters: { ...BY_REPORT, list }, limit });
        expect(keys).toHaveLength(plainly(world)[list] ?? 0);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 5 },
    );
  });
});

describe('what was written and deleted since the report', () => {
  beforeAll(() => {
    app.layout = DEFAULT_LAYOUT;
  });

  test('a file that the app has deleted, object and document, is no orphan', async () => {
    await app.fill([document(first), document(second)], [], [object(first), object(second)]);
    await app.takeReport();
    await app.remove(first);
    app.delete(first);
    const { body } = await app.ask({ parameters: BY_REPORT });
    expect(body.reconciliation).toMatchObject({
      orphaned: { object_count: 0 },
      referenced: { object_count: 1 },
      report: { deleted_since: { object_count: 1, size_bytes: 5 } },
    });
    expect((await toTheEnd({ parameters: { ...BY_REPORT, list: 'orphaned' } })).keys).toEqual([]);
  });

  test('a document whose object was left behind is one, and is listed', async () => {
    await app.fill([document(first)], [], [object(first), object(second)]);
    await app.takeReport();
    await app.remove(first);
    const { body } = await app.ask({ parameters: BY_REPORT });
    expect(body.reconciliation?.orphaned?.object_count).toBe(2);
    expect((await toTheEnd({ parameters: { ...BY_REPORT, list: 'orphaned' } })).keys).toEqual([first, second]);
  });

  test('a file that came later is not missing, and an old document without one is', async () => {
    await app.fill([document(first), document(second)], [], [object(first)]);
    await app.takeReport();
    const created = new Date().toISOString().replace('Z', '');
    await app.insert([document(third, { created }), document(fourth)]);
    app.put(object(third, 0));
    app.put(object(fourth, 0));
    const { body } = await app.ask({ parameters: BY_REPORT });
    expect(body.reconciliation).toMatchObject({
      missing: { file_count: 1, size_bytes: 5 },
      report: { not_in_report: { file_count: 2, size_bytes: 10 } },
    });
    expect((await toTheEnd({ parameters: { ...BY_REPORT, list: 'missing' } })).keys).toEqual([second]);
  });

  test('a file that was written anew under its key is judged by what is there now', async () => {
    await app.fill(
      [document(first, { size: 9 }), document(second)],
      [],
      [object(first), object(second), object(third)],
    );
    await app.takeReport();
    app.put({ key: first, size: 9, hours: 0 });
    app.put({ key: third, size: 5, hours: 0 });
    const { body } = await app.ask({ parameters: BY_REPORT });
    expect(body.reconciliation).toMatchObject({
      size_mismatch: { object_count: 0 },
      referenced: { object_count: 2 },
      orphaned: { object_count: 0 },
      too_young: { object_count: 1 },
    });
  });

  test('a file that was lost since, document and all but its object there, is missing where it looked wrong before', async () => {
    await app.fill([document(first, { size: 9 })], [], [object(first)]);
    await app.takeReport();
    app.delete(first);
    const { body } = await app.ask({ parameters: BY_REPORT });
    expect(body.reconciliation).toMatchObject({ missing: { file_count: 1 }, size_mismatch: { object_count: 0 } });
  });

  test('between any two statements and looks: never a false orphan, never a false missing file', async () => {
    const anyWrite = fc.record({ key: fc.nat(9), what: fc.constantFrom('insert', 'remove', 'put', 'delete') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ document: fc.boolean(), object: fc.boolean() }), { minLength: 10, maxLength: 10 }),
        fc.array(anyWrite, { maxLength: 50 }),
        async (states, writes) => {
          const own = states.map((state) => ({ ...state, removed: false }));
          const orphans = new Set<string>();
          const missing = new Set<string>();
          const note = () => {
            for (const [i, { document: has, object: is }] of own.entries()) {
              if (is && !has) orphans.add(uuids[i] ?? '');
              if (has && !is) missing.add(uuids[i] ?? '');
            }
          };
          app.meanwhile = async () => undefined;
          const of = (has: (state: (typeof own)[number]) => boolean) => uuids.filter((_, i) => own[i] && has(own[i]));
          await app.fill(
            of((state) => state.document).map((uuid) => document(uuid)),
            [],
            of((state) => state.object).map((key) => object(key)),
          );
          await app.takeReport();
          note();
          const write = async ({ key, what }: { key: number; what: string }) => {
            const state = own[key];
            const uuid = uuids[key] ?? '';
            if (state === undefined) return;
            if (what === 'insert' && !state.document && !state.removed) {
              await app.insert([document(uuid)]);
              state.document = true;
            } else if (what === 'remove' && state.document) {
              await app.remove(uuid);
              Object.assign(state, { document: false, removed: true });
            } else if (what === 'put') {
              app.put(object(uuid));
              state.object = true;
            } else if (what === 'delete') {
              app.delete(uuid);
              state.object = false;
            }
            note();
          };
          // Half of it since the report, the rest while it is asked.
          const left = [...writes];
          for (const one of left.splice(0, Math.ceil(left.length / 2))) await write(one);
          app.meanwhile = async () => {
            for (const one of left.splice(0, 2)) await write(one);
          };
          for (const [list, ever] of [
            ['orphaned', orphans],
            ['missing', missing],
          ] as const) {
            const { keys } = await toTheEnd({ parameters: { ...BY_REPORT, list }, limit: 4 });
            expect(keys.filter((key) => !ever.has(key))).toEqual([]);
          }
          app.meanwhile = async () => undefined;
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('the keys that Athena gives', () => {
  test('are waited for over requests, and asked for once', async () => {
    app.layout = DEFAULT_LAYOUT;
    await app.fill([document(first)], [], [object(first)]);
    await app.takeReport();
    const report = app.report;
    if (report === null) throw new Error('there is no report');
    report.slow = 8;
    const waiting = await app.ask({ parameters: BY_REPORT, milliseconds: 2_000 });
    expect(waiting.body).toMatchObject({ complete: false, reconciliation: null, errors: { bucket: null } });
    expect(waiting.next).toMatchObject({ report: { id: '0' } });
    report.slow = 0;
    const { body } = await app.ask({ parameters: BY_REPORT, position: waiting.next });
    expect(body).toMatchObject({ complete: true, reconciliation: { referenced: { object_count: 1 } } });
    await app.ask({ parameters: BY_REPORT });
    expect(report.asked).toHaveLength(1);
  });

  test('more of which look wrong than S3 is asked for one by one leave the class null, with how many at most', async () => {
    const many = Array.from({ length: 1_001 }, (_, i) => `aac0ffee-0000-4000-8000-${String(i).padStart(12, '0')}`);
    await app.fill(
      [],
      [],
      many.map((key) => object(key)),
    );
    await app.takeReport();
    const { body } = await app.ask({ parameters: BY_REPORT });
    expect(body).toMatchObject({
      complete: false,
      cost: { orphaned_per_month: null },
      reconciliation: {
        orphaned: null,
        listed: { object_count: 1_001 },
        missing: { file_count: 0 },
        report: { orphaned_at_most: { object_count: 1_001, size_bytes: 5_005 } },
      },
      errors: { bucket: { reason: 'unconfirmed' } },
    });
    const page = await app.ask({ parameters: { ...BY_REPORT, list: 'orphaned' }, limit: 30 });
    expect(page.body.keys).toHaveLength(30);
  });

  test('of a report that a newer one should have followed are true for its time, and it is said to be old', async () => {
    await app.fill([document(first)], [], [object(first), object(second)]);
    const made = new Date(Date.now() - 3 * 86_400_000);
    await app.takeReport(made);
    const { body } = await app.ask({ parameters: BY_REPORT });
    expect(body).toMatchObject({
      as_of: made.toISOString(),
      complete: false,
      errors: { database: null, bucket: { reason: 'old' } },
      reconciliation: { referenced: { object_count: 1 }, orphaned: { object_count: 1 } },
    });
    const list = await app.ask({ parameters: { ...BY_REPORT, list: 'orphaned' } });
    expect(list.body).toMatchObject({ complete: false, errors: { bucket: { reason: 'old' } } });
    expect(list.body.keys?.map(({ key }) => key)).toEqual([second]);
  });

  test('of a stage without reports: not configured, and nothing is a figure', async () => {
    app.report = null;
    const { body } = await app.ask({ parameters: BY_REPORT });
    expect(body).toMatchObject({ reconciliation: null, errors: { bucket: { reason: 'not-configured' } } });
    await expect(app.ask({ parameters: { ...BY_REPORT, list: 'orphaned' } })).rejects.toMatchObject({
      reason: 'not-configured',
    });
  });
});
