/** That each object and each document is in the class that a plain comparison of two sets puts it in. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import fc from '../../../properties.ts';
import { anyWorld, classesOf, plainly, type World } from './any-world.ts';
import { FilesApp } from './files-app.ts';

// Each run of a property speaks to a real database and endpoint some dozen times.
vi.setConfig({ testTimeout: 120_000 });

let app: FilesApp;
beforeAll(async () => {
  app = await FilesApp.open();
});
afterAll(() => app.close());
beforeEach(() => {
  app.endpoint.faults.clear();
});

async function fill(world: World): Promise<void> {
  app.layout = world.layout;
  await app.fill(world.documents, world.queued, world.objects);
}

/** Follows the cursors to the end, with so many pages a request. */
async function askInParts(pages: number, page_keys: number) {
  let position: Awaited<ReturnType<FilesApp['ask']>>['next'] = null;
  for (let requests = 1; ; requests++) {
    const answer = await app.ask({ position, page_keys, pages });
    if (answer.next === null) return { answer, requests };
    expect(answer.body.complete).toBe(false);
    // In base64 with the rest of a cursor it is to have 6,000 characters.
    expect(JSON.stringify(answer.next).length).toBeLessThan(4_300);
    expect(requests).toBeLessThan(200);
    position = answer.next;
  }
}

describe('an audit', () => {
  test('puts every object and every document in the class that two sets compared put it in', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, fc.integer({ min: 1, max: 10 }), async (world, page_keys) => {
        await fill(world);
        const answer = await app.ask({ page_keys });
        expect(answer.body.errors).toEqual({ database: null, bucket: null });
        expect(answer.body.complete).toBe(true);
        expect(classesOf(answer)).toEqual(plainly(world));
        expect(answer.body.reconciliation?.listed?.object_count).toBe(world.objects.length);
      }),
      { numRuns: 15 },
    );
  });

  test('comes to the same when the listing has ended long before the database', async () => {
    app.slow_rows_ms = 60;
    try {
      const property = fc.asyncProperty(anyWorld, async (world) => {
        await fill(world);
        expect(classesOf(await app.ask())).toEqual(plainly(world));
      });
      await fc.assert(property, { numRuns: 8 });
    } finally {
      app.slow_rows_ms = 0;
    }
  });

  test('comes to the same when its time is up again and again, while S3 throttles and drops connections', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWorld,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        async (world, pages, page_keys) => {
          await fill(world);
          app.endpoint.faults.clear();
          app.endpoint.faults.inject({ kind: 'throttled', every: 9 });
          app.endpoint.faults.inject({ kind: 'cut', every: 7 });
          const { answer } = await askInParts(pages, page_keys);
          expect(answer.body.complete).toBe(true);
          expect(classesOf(answer)).toEqual(plainly(world));
        },
      ),
      { numRuns: 15 },
    );
  });

  test('lists the keys of a class, in order and each once, whatever the size of the pages', async () => {
    const lists = fc.constantFrom('orphaned', 'missing', 'foreign', 'size_mismatch', 'pending_deletion');
    await fc.assert(
      fc.asyncProperty(anyWorld, lists, fc.integer({ min: 1, max: 5 }), async (world, list, limit) => {
        await fill(world);
        const keys: string[] = [];
        let position: Awaited<ReturnType<FilesApp['ask']>>['next'] = null;
        do {
          const answer: Awaited<ReturnType<FilesApp['ask']>> = await app.ask({ parameters: { list }, limit, position });
          const page = (answer.body.keys ?? []).map(({ key }) => key);
          expect(page.length).toBeLessThanOrEqual(limit);
          keys.push(...page);
          position = answer.next;
        } while (position !== null);
        expect(keys).toHaveLength(plainly(world)[list] ?? 0);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 15 },
    );
  });
});
