/** What a column can hold and an answer cannot say, and what a database has that Mendix would not make. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UsersRequest } from '../../../../lambdas/routes/users/request.ts';
import { route } from '../../../../lambdas/routes/users/route.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { UsersReader } from './reader.ts';

let database: TestDatabase;
let reader: UsersReader;

beforeAll(async () => {
  database = await freshDatabase('shop-acc', 0.1);
  await database.query(`INSERT INTO "system$user" (id, name, active, blocked, isanonymous, webserviceuser)
    SELECT i, 'user' || i, true, false, false, false FROM generate_series(1, 9) AS i`);
  await database.grantReader();
  reader = await UsersReader.as(database.readerUrl);
});
afterAll(async () => {
  await reader.end();
  await database.drop();
});

const rowOf = async (id: string, parameters: UsersRequest['parameters'] = { clear: true }) => {
  const { body } = await reader.ask({ parameters, limit: 1000 });
  expect(route.answer.safeParse(JSON.parse(JSON.stringify(body))).error).toBeUndefined();
  return body.users?.find((row) => row.id === id) ?? expect.fail(`no user ${id}`);
};

describe('a time', () => {
  test.each([
    ['infinity', null],
    ['-infinity', null],
    ['10000-01-01 00:00:00', null],
    ['0044-03-15 00:00:00 BC', null],
    ['0001-01-01 00:00:00', '0001-01-01T00:00:00Z'],
    ['9999-12-31 23:59:59.999999', '9999-12-31T23:59:59Z'],
    ['2026-11-20 10:11:12.5', '2026-11-20T10:11:12Z'],
  ])('%s is %j, in clear and masked, and a filter still takes it', async (stored, shown) => {
    await database.query(
      'UPDATE "system$user" SET lastlogin = $1::timestamp, createddate = $1::timestamp WHERE id = 1',
      [stored],
    );
    expect(await rowOf('1')).toMatchObject({ last_login: shown, created: shown });
    expect(await rowOf('1', {})).toMatchObject({ last_login: shown?.slice(0, 10) ?? null });
    for (const time of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
      for (const name of ['last_login_after', 'last_login_before', 'inactive_since'] as const) {
        expect((await reader.ask({ parameters: { [name]: time, count: 'exact' } })).body.complete).toBe(true);
      }
    }
    expect((await reader.ask({ parameters: { summary: true } })).body.complete).toBe(true);
  });
});

describe('a name to look for', () => {
  test.each([
    '\\',
    '\\u0000',
    "'; DROP TABLE x; --",
    '\u{1f600}',
    '\ud83d',
    '\ufffe\uffff',
    '\u0085',
    '%_',
    '$1',
    'x'.repeat(100),
    '𝒜'.repeat(50),
  ])('%j is taken by the database, as a login, as its beginning and as a role', async (name) => {
    expect((await reader.ask({ parameters: { name } })).body.users).toEqual([]);
    expect((await reader.ask({ parameters: { name: `${name}*` } })).body.users).toEqual([]);
    await expect(reader.ask({ parameters: { role: name } })).rejects.toMatchObject({ name: 'UnknownNameError' });
  });
});

test('ids are exact beyond 2^53, as text', async () => {
  await database.query(
    `INSERT INTO "system$user" (id, name, isanonymous, webserviceuser) VALUES (9223372036854775807, 'last', false, false)`,
  );
  expect((await rowOf('9223372036854775807')).name).toBe('last');
});

test('nothing set is null everywhere, and the user a person', async () => {
  await database.query(`INSERT INTO "system$user" (id) VALUES (10)`);
  expect(await rowOf('10')).toEqual({
    ...{ id: '10', identity: null, name: null, full_name: null, email: null, kind: 'named' },
    ...{ user_type: 'internal', user_type_marked: false, active: null, blocked: null, blocked_since: null },
    ...{ roles: [], language: null, last_login: null, created: null, entity: null },
  });
});

describe('two roles of one name, as a role that was deleted and made again leaves them', () => {
  beforeAll(async () => {
    await database.query(
      `INSERT INTO "system$userrole" (id, name) VALUES (501, 'Twice'), (502, 'Twice'), (503, NULL), (504, 'Äpfel')`,
    );
    await database.query(
      `INSERT INTO "system$userroles" VALUES (1, 501), (2, 502), (3, 501), (3, 502), (3, 503), (4, 503), (5, 504), (5, 501), (999999, 501)`,
    );
    await database.query('UPDATE "system$user" SET active = false WHERE id = 2');
  });

  test('are one in a row; a role without a name is none', async () => {
    expect((await rowOf('3')).roles).toEqual(['Twice']);
    expect((await rowOf('4')).roles).toEqual([]);
    expect((await rowOf('5')).roles).toEqual(['Twice', 'Äpfel']);
  });

  test('are both meant by a filter, and each user is there and counted once', async () => {
    for (const limit of [1, 2, 100]) {
      expect(await reader.ids({ parameters: { role: 'Twice' }, limit })).toEqual(['1', '2', '3', '5']);
      expect(await reader.ids({ parameters: { role: 'Twice', active: true }, limit })).toEqual(['1', '3', '5']);
    }
    const { body } = await reader.ask({ parameters: { role: 'Twice', count: 'exact' } });
    expect(body.count).toEqual({ value: 4, exact: true });
  });

  test('are one total, in which nobody counts twice and nobody who is gone', async () => {
    const roles = (await reader.ask({ parameters: { summary: true } })).body.summary?.roles ?? [];
    expect(roles.filter(({ role }) => role === 'Twice')).toEqual([{ role: 'Twice', users: 4, active: 3 }]);
    expect(roles.filter(({ role }) => role === 'Äpfel')).toEqual([{ role: 'Äpfel', users: 1, active: 1 }]);
    expect(roles.every(({ role }) => typeof role === 'string')).toBe(true);
  });
});

test('a role counts its users who exist, and as active those who say so, where pairs of others are left behind', async () => {
  await database.query(`INSERT INTO "system$userrole" (id, name) VALUES (511, 'Left behind'), (512, 'Of nobody')`);
  await database.query(
    `INSERT INTO "system$user" (id, name, active) VALUES (521, 'on', true), (522, 'off', false), (523, 'unknown', NULL)`,
  );
  await database.query(
    `INSERT INTO "system$userroles" VALUES (521, 511), (522, 511), (523, 511), (999997, 511), (999998, 511), (999998, 512)`,
  );
  const roles = (await reader.ask({ parameters: { summary: true } })).body.summary?.roles ?? [];
  expect(roles).toContainEqual({ role: 'Left behind', users: 3, active: 1 });
  expect(roles).toContainEqual({ role: 'Of nobody', users: 0, active: 0 });
  await database.query('DELETE FROM "system$user" WHERE id IN (521, 522, 523)');
});

describe('marks of the user type', () => {
  test('count as Mendix does: two on one user, one that points nowhere, an empty one, and an unknown word', async () => {
    const count = async (user_type: 'internal' | 'external') =>
      (await reader.ask({ parameters: { user_type, count: 'exact' }, limit: 1 })).body.count?.value ?? 0;
    const licence = async () => (await reader.ask({ parameters: { summary: true } })).body.summary?.licence;
    const before = { internal: await count('internal'), external: await count('external'), licence: await licence() };
    await database.query(
      `INSERT INTO "system$userreportinfo" (id, usertype) VALUES (601, 'External'), (602, ''), (603, 'Partner'), (604, 'External')`,
    );
    await database.query(
      `INSERT INTO "system$userreportinfo_user" VALUES (601, 6), (602, 7), (603, 8), (604, 888888), (699, 9)`,
    );
    expect(await rowOf('6')).toMatchObject({ user_type: 'external', user_type_marked: true });
    expect(await rowOf('7')).toMatchObject({ user_type: 'internal', user_type_marked: false });
    expect(await rowOf('8')).toMatchObject({ user_type: 'internal', user_type_marked: true });
    expect(await rowOf('9')).toMatchObject({ user_type: 'internal', user_type_marked: false });
    const after = { internal: before.internal - 1, external: before.external + 1 };
    expect({ internal: await count('internal'), external: await count('external') }).toEqual(after);
    expect((await licence())?.external).toBe((before.licence?.external ?? 0) + 1);
    // A second mark: in doubt, Mendix counts as internal; and nobody becomes two.
    await database.query(`INSERT INTO "system$userreportinfo" (id, usertype) VALUES (605, 'Internal')`);
    await database.query(`INSERT INTO "system$userreportinfo_user" VALUES (605, 6)`);
    expect(await rowOf('6')).toMatchObject({ user_type: 'internal', user_type_marked: true });
    expect({ internal: await count('internal'), external: await count('external') }).toEqual({
      internal: before.internal,
      external: before.external,
    });
    expect((await licence())?.external).toBe(before.licence?.external);
    expect(await reader.ids({ parameters: { user_type: 'external' } })).not.toContain('6');
  });
});

describe('an attribute of another type', () => {
  const column = 'full_name' as const;
  test.each([
    ['integer', '42', '42'],
    ['numeric(28,8)', '1.5', '1.50000000'],
    ['boolean', 'true', 'true'],
    ['timestamp', '2026-11-20 10:00:00', '2026-11-20 10:00:00'],
    ['text[]', '{a,b}', '{a,b}'],
    ['double precision', 'NaN', 'NaN'],
    ['json', '{"a":1}', '{"a":1}'],
  ])('%s is a text', async (type, stored, shown) => {
    await database.query('ALTER TABLE "useradministration$account" DROP COLUMN fullname');
    await database.query(`ALTER TABLE "useradministration$account" ADD COLUMN fullname ${type}`);
    await database.query(`INSERT INTO "useradministration$account" (id, fullname) VALUES (1, '${stored}')
      ON CONFLICT (id) DO UPDATE SET fullname = excluded.fullname`);
    await database.query('GRANT SELECT (id, fullname) ON "useradministration$account" TO mrt_reader');
    expect((await rowOf('1'))[column]).toBe(shown);
  });

  test('of bytes is missing, and says why', async () => {
    await database.query('ALTER TABLE "useradministration$account" DROP COLUMN fullname');
    await database.query('ALTER TABLE "useradministration$account" ADD COLUMN fullname bytea');
    await database.query('GRANT SELECT (id, fullname) ON "useradministration$account" TO mrt_reader');
    await reader.end();
    reader = await UsersReader.as(database.readerUrl);
    expect((await reader.ask()).body).toMatchObject({
      complete: false,
      missing: [{ what: 'full_name', reason: 'unexpected-type', table: 'useradministration$account' }],
    });
  });

  test('of System.User itself is missing in the rows, and an error for who filters by it', async () => {
    await database.query('ALTER TABLE "system$user" ALTER COLUMN lastlogin TYPE varchar(50)');
    await reader.end();
    reader = await UsersReader.as(database.readerUrl);
    const answer = await reader.ask({ parameters: { fields: ['id', 'last_login'] } });
    expect(answer.body).toMatchObject({
      complete: false,
      missing: [{ what: 'last_login', reason: 'unexpected-type', table: 'system$user' }],
    });
    expect(answer.faults).toEqual([{ source: 'shop-db', reason: 'unexpected-type' }]);
    await expect(reader.ask({ parameters: { never_logged_in: true } })).rejects.toMatchObject({
      name: 'UpstreamFailedError',
      reason: 'unexpected-type',
    });
  });
});

test('users of MendixSSO have the name and the address that it gives them', async () => {
  const sso = await freshDatabase('shop-acc', 0.1);
  await sso.query(`INSERT INTO "mendixsystem$entity" (id, entity_name, table_name, superentity_id)
    VALUES ('sso', 'MendixSSO.MendixSSOUser', 'mendixsso$mendixssouser', '282e2e60-88a5-469d-84a5-ba8d9151644f')`);
  await sso.query(`INSERT INTO "mendixsystem$attribute" (id, entity_id, attribute_name, column_name, type, is_auto_number)
    VALUES ('a1', 'sso', 'DisplayName', 'displayname', 30, false), ('a2', 'sso', 'EmailAddress', 'emailaddress', 30, false)`);
  await sso.query(
    'CREATE TABLE "mendixsso$mendixssouser" (id bigint PRIMARY KEY, displayname varchar(200), emailaddress varchar(200))',
  );
  await sso.query(`INSERT INTO "system$user" (id, name, isanonymous, webserviceuser) VALUES (1, 'guid', false, false)`);
  await sso.query(`INSERT INTO "mendixsso$mendixssouser" VALUES (1, 'Ann Example', 'ann@example.org')`);
  await sso.grantReader();
  const ssoReader = await UsersReader.as(sso.readerUrl);
  const { body } = await ssoReader.ask({ parameters: { clear: true, name: 'guid' } });
  expect(body).toMatchObject({ complete: true, users: [{ full_name: 'Ann Example', email: 'ann@example.org' }] });
  await ssoReader.end();
  await sso.drop();
});
