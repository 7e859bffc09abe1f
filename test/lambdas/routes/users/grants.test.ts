import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { UsersReader } from './reader.ts';

let database: TestDatabase;
let reader: UsersReader;

beforeAll(async () => {
  database = await freshDatabase('shop-acc', 0.2);
});
afterAll(() => database.drop());
beforeEach(async () => {
  // Gives back what the test before took away.
  await database.grantReader();
  reader = await UsersReader.as(database.readerUrl);
});
afterEach(() => reader.end());

describe('the database role', () => {
  test.each([
    ['system$user', 'password'],
    ['system$user', 'failedlogins'],
    ['system$session', 'sessionid'],
    ['system$session', 'csrftoken'],
    ['system$session', 'readonlyhashkey'],
    ['system$tokeninformation', 'token'],
    ['system$userreportinfo', 'hash'],
    ['system$filedocument', 'contents'],
  ])('is refused %s.%s by the server', async (table, column) => {
    await expect(reader.queries.query(`SELECT "${column}" FROM "${table}"`, [])).rejects.toMatchObject({
      name: 'DatabaseUnavailableError',
      reason: 'grant-missing',
      table,
    });
  });

  test('may not change a user', async () => {
    for (const statement of ['UPDATE "system$user" SET active = false', 'DELETE FROM "system$user"']) {
      await expect(reader.queries.query(statement, [])).rejects.toThrow();
    }
  });
});

describe('without the grant', () => {
  const revoke = (columns: string, table: string) =>
    database.query(`REVOKE SELECT (${columns}) ON "${table}" FROM mrt_reader`);

  test.each([
    ['useradministration$account', 'fullname', 'full_name', ['full_name']],
    ['useradministration$account', 'email', 'email', ['email']],
    ['system$userrole', 'name', 'roles', ['roles']],
    ['system$language', 'code', 'language', ['language']],
    ['system$userreportinfo', 'usertype', 'user_type', ['user_type', 'user_type_marked']],
    ['usercommons$nameduseridentifier', 'value', 'identity', ['identity']],
    ['system$user', 'lastlogin', 'last_login', ['last_login']],
  ] as const)('on %s.%s, %s is null and said to be missing', async (table, column, field, fields) => {
    await revoke(column, table);
    const { body } = await reader.ask({ limit: 1000 });
    expect(body.complete).toBe(false);
    expect(body.missing).toEqual(fields.map((what) => ({ what, reason: 'grant-missing', table })));
    for (const row of body.users ?? []) expect(row[field]).toBeNull();
  });

  test('on a field that nobody asked for, nothing is missing', async () => {
    await revoke('email', 'useradministration$account');
    expect((await reader.ask({ parameters: { fields: ['id', 'full_name'] } })).body.complete).toBe(true);
  });

  test('on what tells people from other users there is no answer, as nothing could be masked', async () => {
    await revoke('isanonymous', 'system$user');
    await expect(reader.ask()).rejects.toMatchObject({ reason: 'grant-missing', table: 'system$user' });
  });

  test('on what a filter asks about, the filter is not ignored but the table named', async () => {
    await revoke('usertype', 'system$userreportinfo');
    await revoke('name', 'system$userrole');
    for (const [parameters, table] of [
      [{ user_type: 'external' }, 'system$userreportinfo'],
      [{ role: 'Customer' }, 'system$userrole'],
    ] as const) {
      await expect(reader.ask({ parameters })).rejects.toMatchObject({ reason: 'grant-missing', table });
    }
  });

  test('on user types there is no licence figure, but the other totals', async () => {
    await revoke('usertype', 'system$userreportinfo');
    const { body } = await reader.ask({ parameters: { summary: true } });
    expect(body).toMatchObject({
      complete: false,
      missing: [{ what: 'licence', reason: 'grant-missing', table: 'system$userreportinfo' }],
      summary: { licence: null, roles: expect.any(Array) },
    });
    for (const cell of body.summary?.by ?? []) expect(cell.user_type).toBeNull();
  });

  test('on roles there are no totals of them, but all others', async () => {
    await revoke('name', 'system$userrole');
    const { body } = await reader.ask({ parameters: { summary: true } });
    expect(body).toMatchObject({
      complete: false,
      missing: [{ what: 'roles', reason: 'grant-missing', table: 'system$userrole' }],
      summary: { licence: { external: expect.any(Number) }, roles: null },
    });
  });

  test('on the runtime’s notes, the built-in administrator is masked like a person', async () => {
    await revoke('key, value', 'mendixsystem$properties');
    expect((await reader.ask({ parameters: { name: 'MxAdmin' } })).body.users).toMatchObject([{ name: 'M***' }]);
  });

  test('that is given later, the next request has the field', async () => {
    await revoke('usertype', 'system$userreportinfo');
    await expect(reader.ask({ parameters: { user_type: 'external' } })).rejects.toThrow();
    await database.query('GRANT SELECT (usertype) ON "system$userreportinfo" TO mrt_reader');
    expect((await reader.ask({ parameters: { user_type: 'external' } })).body.users?.length).toBeGreaterThan(0);
  });
});
