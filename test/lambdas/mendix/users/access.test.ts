import { describe, expect, test } from 'vitest';
import { relation, TableColumns } from '../../../../lambdas/mendix/users/access.ts';

const TABLE = 'system$user';
const columns = new TableColumns([
  { table: TABLE, column: 'id', type: 'int8', readable: true },
  { table: TABLE, column: 'name', type: 'varchar', readable: true },
  { table: TABLE, column: 'password', type: 'varchar', readable: false },
  { table: TABLE, column: 'picture', type: 'bytea', readable: true },
  // With a dot for a border these two would be one.
  { table: 'a.b', column: 'c', type: 'varchar', readable: true },
  { table: 'a', column: 'b.c', type: 'varchar', readable: false },
]);

const absent = { state: 'absent' };
const refused = (reason: string, table = TABLE) => ({ state: 'refused', reason, table });

describe('a column', () => {
  test('that can be read is given in quotes', () => {
    expect(columns.column(TABLE, 'name')).toEqual({ state: 'readable', value: '"name"' });
    expect(columns.column('a.b', 'c')).toEqual({ state: 'readable', value: '"c"' });
  });

  test('that the role has no grant for is refused, and is not absent', () => {
    expect(columns.column(TABLE, 'password')).toEqual(refused('grant-missing'));
    expect(columns.column('a', 'b.c')).toEqual(refused('grant-missing', 'a'));
  });

  test('that the app does not have is absent, and is not refused', () => {
    expect(columns.column(TABLE, 'nickname')).toEqual(absent);
    expect(columns.column('other', 'name', ['varchar'])).toEqual(absent);
    expect(columns.text(TABLE, 'nickname')).toEqual(absent);
  });

  test('of another type than Mendix gives it is refused, whether it could be read or not', () => {
    expect(columns.column(TABLE, 'name', ['varchar', 'text'])).toEqual({ state: 'readable', value: '"name"' });
    expect(columns.column(TABLE, 'name', ['bool'])).toEqual(refused('unexpected-type'));
    expect(columns.column(TABLE, 'password', ['bool'])).toEqual(refused('unexpected-type'));
  });

  test('is text unless it is bytes', () => {
    expect(columns.text(TABLE, 'id')).toEqual({ state: 'readable', value: '"id"' });
    expect(columns.text(TABLE, 'password')).toEqual(refused('grant-missing'));
    expect(columns.text(TABLE, 'picture')).toEqual(refused('unexpected-type'));
  });
});

test('several columns can be read when each can, are absent when one is, and are refused when one is', () => {
  expect(columns.all(TABLE, ['id', 'name'], 7)).toEqual({ state: 'readable', value: 7 });
  expect(columns.all(TABLE, ['id', 'password'], 7)).toEqual(refused('grant-missing'));
  expect(columns.all(TABLE, ['password', 'nickname'], 7)).toEqual(absent);
});

test('a table is that of the schema public, in quotes', () => {
  expect(relation(TABLE)).toBe('public."system$user"');
  expect(relation('a"b')).toBe('public."a""b"');
});
