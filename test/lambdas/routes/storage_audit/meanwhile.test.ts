/**
 * Files that come and go while the audit runs, between any two of its statements and pages, also across its cuts: never a
 * false orphan, never a false missing file, and whatever nobody touches is counted as it is.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import fc from '../../../properties.ts';
import { uuids } from './any-world.ts';
import { FilesApp } from './files-app.ts';

// Each run of a property speaks to a real database and endpoint some dozen times.
vi.setConfig({ testTimeout: 120_000 });

let app: FilesApp;
beforeAll(async () => {
  app = await FilesApp.open();
});
afterAll(() => app.close());

/** What of a key is there. */
interface State {
  document: boolean;
  queued: boolean;
  /** Hours since it was written; `null`: no object. */
  object: number | null;
}

const anyState: fc.Arbitrary<State> = fc.record({
  document: fc.boolean(),
  queued: fc.boolean(),
  object: fc.constantFrom(null, 1, 100, 100),
});
/** One write of the app, or of whoever tidies the bucket. */
const anyWrite = fc.record({
  key: fc.nat(7),
  what: fc.constantFrom('insert', 'remove', 'put', 'delete', 'enqueue', 'dequeue'),
});

const isOrphan = ({ document, queued, object }: State) => object === 100 && !document && !queued;
const isMissing = ({ document, object }: State) => document && object === null;

/** The first keys change, the others stay. */
const CHANGING = 8;
const SIZE = 5;

/** The app's own view of what it has, changed write by write. */
class Ledger {
  readonly #states: State[];
  readonly #removed = new Set<number>();
  readonly orphans = new Set<string>();
  readonly missing = new Set<string>();

  constructor(states: readonly State[]) {
    this.#states = states.map((state) => ({ ...state }));
    this.#note();
  }

  async fill(): Promise<void> {
    const of = (has: (state: State) => boolean) => uuids.filter((_, i) => has(this.#states[i] as State));
    await app.fill(
      of(({ document }) => document).map((uuid) => ({ uuid, size: SIZE, has_contents: true, entity: 'Sales.Invoice' })),
      of(({ queued }) => queued).map((uuid) => ({ uuid, state: 'Obsolete' })),
      uuids.flatMap((key, i) => {
        const hours = this.#states[i]?.object ?? null;
        return hours === null ? [] : [{ key, size: SIZE, hours }];
      }),
    );
  }

  async write({ key, what }: { key: number; what: string }): Promise<void> {
    const state = this.#states[key] as State;
    const uuid = uuids[key] as string;
    // A UUID is never given out twice.
    if (what === 'insert' && !state.document && !this.#removed.has(key)) {
      await app.insert([{ uuid, size: SIZE, has_contents: true, entity: 'Sales.Invoice' }]);
      state.document = true;
    } else if (what === 'remove' && state.document) {
      await app.remove(uuid);
      this.#removed.add(key);
      state.document = false;
    } else if (what === 'put') {
      app.put({ key: uuid, size: SIZE, hours: 0 });
      state.object = 0;
    } else if (what === 'delete') {
      app.delete(uuid);
      state.object = null;
    } else if (what === 'enqueue' && !state.queued) {
      await app.enqueue([{ uuid, state: 'Obsolete' }]);
      state.queued = true;
    } else if (what === 'dequeue') {
      await app.client.query('DELETE FROM "system$unreferencedfile" WHERE filekey = $1', [uuid]);
      state.queued = false;
    }
    this.#note();
  }

  /** Remembers every key that was ever an orphan, or missing. */
  #note(): void {
    for (const [i, state] of this.#states.entries()) {
      if (isOrphan(state)) this.orphans.add(uuids[i] as string);
      if (isMissing(state)) this.missing.add(uuids[i] as string);
    }
  }
}

const anyRun = fc.record({
  states: fc.array(anyState, { minLength: uuids.length, maxLength: uuids.length }),
  writes: fc.array(anyWrite, { maxLength: 60 }),
  pages: fc.integer({ min: 1, max: 6 }),
  page_keys: fc.integer({ min: 1, max: 8 }),
});

/** Does the next writes before each statement and each page; some steps do none. */
function writing(ledger: Ledger, writes: { key: number; what: string }[]): void {
  const left = [...writes];
  app.meanwhile = async () => {
    for (const write of left.splice(0, left.length % 3)) await ledger.write(write);
    if (left.length > 0 && left.length % 3 === 0) await ledger.write(left.shift() as { key: number; what: string });
  };
}

test.each(['orphaned', 'missing'] as const)(
  'what is listed as %s was so at some moment, and what stays so is listed',
  async (list) => {
    await fc.assert(
      fc.asyncProperty(anyRun, async ({ states, writes, pages, page_keys }) => {
        const ledger = new Ledger(states);
        app.meanwhile = async () => undefined;
        await ledger.fill();
        writing(ledger, writes);
        const keys: string[] = [];
        let position: Awaited<ReturnType<FilesApp['ask']>>['next'] = null;
        do {
          const asked = { parameters: { list }, position, limit: 4, pages: pages + 2, page_keys };
          const answer: Awaited<ReturnType<FilesApp['ask']>> = await app.ask(asked);
          keys.push(...(answer.body.keys ?? []).map(({ key }) => key));
          position = answer.next;
        } while (position !== null);
        const ever = list === 'orphaned' ? ledger.orphans : ledger.missing;
        const is = list === 'orphaned' ? isOrphan : isMissing;
        expect(keys.filter((key) => !ever.has(key))).toEqual([]);
        const lasting = uuids.filter((_, i) => i >= CHANGING && is(states[i] as State));
        expect(lasting.filter((key) => !keys.includes(key))).toEqual([]);
      }),
      { numRuns: 12 },
    );
  },
);

test('the figures count no false orphan and no false missing file, and all that stays as it is', async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, async ({ states, writes, pages, page_keys }) => {
      const ledger = new Ledger(states);
      app.meanwhile = async () => undefined;
      await ledger.fill();
      writing(ledger, writes);
      let position: Awaited<ReturnType<FilesApp['ask']>>['next'] = null;
      let answer: Awaited<ReturnType<FilesApp['ask']>>;
      do {
        answer = await app.ask({ position, pages, page_keys });
        position = answer.next;
      } while (position !== null);
      const figures = answer.body.reconciliation;
      const staying = states.slice(CHANGING);
      const between = (count: number | undefined, is: (state: State) => boolean, most: number) => {
        expect(count).toBeGreaterThanOrEqual(staying.filter(is).length);
        expect(count).toBeLessThanOrEqual(most);
      };
      between(figures?.orphaned?.object_count, isOrphan, ledger.orphans.size);
      between(figures?.missing?.file_count, isMissing, ledger.missing.size);
      const isReferenced = ({ document, object }: State) => document && object !== null;
      between(figures?.referenced?.object_count, isReferenced, staying.filter(isReferenced).length + CHANGING);
      expect(figures?.foreign?.object_count).toBe(0);
    }),
    { numRuns: 15 },
  );
});
