/** Environments that share a bucket: each audit counts what lies below its own prefix, and nothing of a neighbour's. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { uuids } from './any-world.ts';
import { FilesApp } from './files-app.ts';

const [ours = '', gone = '', theirs = '', left = ''] = uuids;
const DAYS = 100;

let app: FilesApp;
beforeAll(async () => {
  app = await FilesApp.open();
});
afterAll(() => app.close());
beforeEach(async () => {
  app.bucket = {};
  await app.fill(
    [ours, gone].map((uuid) => ({ uuid, size: 5, has_contents: true, entity: 'Sales.Invoice' })),
    [],
    [
      { key: `shop-${ours}`, size: 5, hours: DAYS },
      { key: `shop-${left}`, size: 7, hours: DAYS },
      // A neighbour's files: one of its own, and one whose UUID our document has, which is no file of ours.
      { key: `acc-${theirs}`, size: 11, hours: DAYS },
      { key: `acc-${gone}`, size: 5, hours: DAYS },
      // Another neighbour's, whose prefix begins as ours does.
      { key: `shop-2-${theirs}`, size: 17, hours: DAYS },
    ],
  );
});

/** Numbers of an audit, by class. */
async function counts(prefix: string, key_pattern: string | null) {
  app.layout = { prefix, shape: 'flat', suffix: '' };
  app.bucket = { key_pattern };
  const { body } = await app.ask();
  expect([body.errors, body.complete]).toEqual([{ database: null, bucket: null }, true]);
  const { listed, referenced, orphaned, missing, foreign } = body.reconciliation ?? {};
  return {
    listed: listed?.object_count,
    referenced: referenced?.object_count,
    orphaned: orphaned?.object_count,
    missing: missing?.file_count,
    foreign: foreign?.object_count,
  };
}

describe('an audit of a bucket that environments share', () => {
  test('counts below its prefix only, and a neighbour’s file of the same UUID is not its own', async () => {
    expect(await counts('shop-', '^(?!2-)')).toEqual({ listed: 2, referenced: 1, orphaned: 1, missing: 1, foreign: 0 });
  });

  test('without a pattern calls foreign what lies below its prefix and does not fit', async () => {
    expect(await counts('shop-', null)).toEqual({ listed: 3, referenced: 1, orphaned: 1, missing: 1, foreign: 1 });
  });

  test('sees the neighbour’s files with the neighbour’s prefix', async () => {
    expect(await counts('acc-', null)).toEqual({ listed: 2, referenced: 1, orphaned: 1, missing: 1, foreign: 0 });
  });

  test('lists no key of a neighbour’s', async () => {
    app.layout = { prefix: 'shop-', shape: 'flat', suffix: '' };
    app.bucket = { key_pattern: '^(?!2-)' };
    for (const [list, keys] of [
      ['orphaned', [`shop-${left}`]],
      ['missing', [`shop-${gone}`]],
      ['foreign', []],
    ] as const) {
      const { body } = await app.ask({ parameters: { list } });
      expect(body.list).toBe(list);
      expect('keys' in body && (body.keys as { key: string }[]).map(({ key }) => key)).toEqual(keys);
    }
  });
});
