import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../postgres.ts';
import { ask, readerOf } from './reader.ts';

describe('an older app, and none', () => {
  test('a catalog without the newer columns answers, without a version that it does not have', async () => {
    const database = await freshDatabase('shop-acc', 0.1);
    await database.grantReader();
    const reader = await readerOf(database.readerUrl);
    const { body } = await ask(reader, { limit: 1000 });
    await reader.end();
    await database.drop();
    expect(body.database).toMatchObject({ catalog: 'mendix', mendix_version: null });
    expect(body.tables?.find((row) => row.table === 'sales$order')?.entity).toBe('Sales.Order');
    expect(body.complete).toBe(true);
  });

  test('a database that is not Mendix’s answers with entity null and kind other', async () => {
    const database = await freshDatabase();
    await database.query('CREATE TABLE things (id int PRIMARY KEY, what text)');
    await database.grantReader();
    const reader = await readerOf(database.readerUrl);
    const { body } = await ask(reader);
    const none = await ask(reader, { parameters: { kind: 'entity' } });
    await reader.end();
    await database.drop();
    expect(body.database).toMatchObject({ catalog: 'none', mendix_version: null, table_count: 1 });
    expect(body.tables).toMatchObject([{ table: 'things', entity: null, kind: 'other', estimated_rows: null }]);
    expect(body.complete).toBe(true);
    expect(none.body.tables).toEqual([]);
  });
});
