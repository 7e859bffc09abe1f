/** What looked wrong is asked of the database again: each case here would be told wrongly without it. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { uuids } from './any-world.ts';
import { FilesApp } from './files-app.ts';

const [kept = '', deleted = '', late = ''] = uuids;
const document = (uuid: string) => ({ uuid, size: 5, has_contents: true, entity: 'Sales.Invoice' });

let app: FilesApp;
beforeAll(async () => {
  app = await FilesApp.open();
});
afterAll(() => app.close());
beforeEach(async () => {
  const objects = [kept, deleted, late].map((key) => ({ key, size: 5, hours: 100 }));
  await app.fill([document(kept), document(deleted)], [], objects);
});

/** Does `work` once, when the database's keys are read and no page of the bucket is. */
function beforeFirstPage(work: () => Promise<unknown>): void {
  app.meanwhile = async (what) => {
    if (what !== 'page') return;
    app.meanwhile = async () => undefined;
    await work();
  };
}

test('a file that is deleted with its document meanwhile is not missing, neither in the figures nor in the list', async () => {
  const both = async () => {
    await app.remove(deleted);
    app.delete(deleted);
  };
  beforeFirstPage(both);
  const { body } = await app.ask();
  expect(body.reconciliation).toMatchObject({ missing: { file_count: 0 }, referenced: { object_count: 1 } });
  await app.insert([document(deleted)]);
  app.put({ key: deleted, size: 5, hours: 100 });
  beforeFirstPage(both);
  expect((await app.ask({ parameters: { list: 'missing' } })).body).toMatchObject({ keys: [], complete: true });
});

test('a file whose object alone is deleted meanwhile is missing', async () => {
  beforeFirstPage(async () => app.delete(deleted));
  const { body } = await app.ask();
  expect(body.reconciliation).toMatchObject({ missing: { file_count: 1 }, referenced: { object_count: 1 } });
});

test('an old object that a document refers to meanwhile is not listed as orphaned', async () => {
  // As one part: in several, its keys could be read after this write.
  const position = { as_of: new Date().toISOString(), after: '', width: 256 };
  const list = { parameters: { list: 'orphaned' }, position } as const;
  expect((await app.ask(list)).body).toMatchObject({ keys: [{ key: late }] });
  beforeFirstPage(() => app.insert([document(late)]));
  expect((await app.ask(list)).body).toMatchObject({ keys: [], complete: true });
});
