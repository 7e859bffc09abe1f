import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { UsersReader } from './reader.ts';

const READ_ONLY = ['mrt/users.read'] as const;

describe.each(['shop-prod', 'shop-acc'] as const)('the users of %s', (sample) => {
  let database: TestDatabase;
  let reader: UsersReader;
  beforeAll(async () => {
    database = await freshDatabase(sample);
    await database.grantReader();
    reader = await UsersReader.as(database.readerUrl);
  });
  afterAll(async () => {
    await reader.end();
    await database.drop();
  });

  test('are all there, once, in id order, whatever the size of a page', async () => {
    const expected = (await database.query('SELECT u.id::text FROM "system$user" u ORDER BY u.id')).map(
      (row) => row['id'],
    );
    for (const limit of [1, 7, 100, 1000]) expect(await reader.ids({ limit })).toEqual(expected);
  });

  test('end without a cursor, also when the last page is full', async () => {
    const [{ users } = { users: 0 }] = (await database.query('SELECT count(*)::int AS users FROM "system$user"')) as {
      users: number;
    }[];
    expect((await reader.ask({ limit: users })).next).toBeNull();
    expect((await reader.ask({ limit: users - 1 })).next).not.toBeNull();
  });

  test('carry what the tables say, role by role, in clear', async () => {
    const expected = await database.query(`
      SELECT u.id::text, u.name, (SELECT array_agg(r.name ORDER BY r.name COLLATE "C") FROM "system$userroles" ur
          JOIN "system$userrole" r ON r.id = "system$userroleid" WHERE "system$userid" = u.id) AS roles,
        l.code AS language, a.fullname AS full_name, a.email, u.active, u.blocked,
        CASE WHEN isanonymous THEN 'anonymous' WHEN webserviceuser THEN 'web_service' ELSE 'named' END AS kind,
        lower(coalesce(i.usertype, 'Internal')) AS user_type, i.usertype IS NOT NULL AS user_type_marked,
        to_char(u.lastlogin, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_login,
        to_char(u.createddate, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created, u.submetaobjectname AS entity
      FROM "system$user" u
      LEFT JOIN "system$user_language" ul ON ul."system$userid" = u.id LEFT JOIN "system$language" l ON l.id = "system$languageid"
      LEFT JOIN "system$userreportinfo_user" iu ON iu."system$userid" = u.id
      LEFT JOIN "system$userreportinfo" i ON i.id = "system$userreportinfoid"
      LEFT JOIN ${sample === 'shop-prod' ? '"administration$account"' : '"useradministration$account"'} a ON a.id = u.id
      ORDER BY u.id`);
    const { body, disclosed } = await reader.ask({ parameters: { clear: true }, limit: 1000 });
    expect(body.users?.map(({ identity: _, blocked_since: __, ...row }) => row)).toEqual(expected);
    expect(body).toMatchObject({ masked: false, complete: true, missing: [], source: 'postgresql', count: null });
    expect(disclosed).toEqual(['name', 'full_name', 'email', 'blocked_since', 'last_login', 'created']);
  });

  test('are masked without clear=true: people in names and times, nobody else', async () => {
    const masked = await reader.ask({ limit: 1000 });
    const open = await reader.ask({ parameters: { clear: true }, limit: 1000 });
    expect(masked).not.toHaveProperty('clear');
    expect(masked.body.masked).toBe(true);
    for (const [index, row] of (masked.body.users ?? []).entries()) {
      const real = open.body.users?.[index];
      if (real?.kind !== 'named' || real.name === 'MxAdmin') expect(row).toEqual(real);
      else {
        expect(row).toEqual({
          ...real,
          name: expect.stringMatching(/^[\p{L}\p{N}]?\*\*\*(@[^@]+)?$/u),
          full_name: expect.stringMatching(/^.\*\*\*$/u),
          email: expect.stringMatching(/^.\*\*\*@[^@]+$/u),
          blocked_since: real.blocked_since?.slice(0, 10) ?? null,
          last_login: real.last_login?.slice(0, 10) ?? null,
          created: real.created?.slice(0, 10),
        });
      }
    }
  });

  test('say so when blocked, since when only where the app knows', async () => {
    await database.query(`UPDATE "system$user" SET blocked = true WHERE name LIKE 'svc-%'`);
    if (sample === 'shop-prod') {
      await database.query(`UPDATE "system$user" SET blockedsince = '2026-11-20 10:11:12.9' WHERE name LIKE 'svc-%'`);
    }
    const { body } = await reader.ask({ parameters: { blocked: true, kind: 'web_service' } });
    expect(body.users?.length).toBeGreaterThan(0);
    for (const row of body.users ?? []) {
      expect(row.blocked_since).toBe(sample === 'shop-prod' ? '2026-11-20T10:11:12Z' : null);
    }
    expect(body.complete).toBe(true);
  });

  test('show only the fields that were asked for, and read no other table for them', async () => {
    reader.statements.length = 0;
    const { body } = await reader.ask({ parameters: { fields: ['name', 'id'] }, limit: 1 });
    expect(Object.keys(body.users?.[0] ?? {})).toEqual(['name', 'id']);
    expect(reader.statements.at(-1)).not.toMatch(/JOIN|FROM public."(?!system\$user")/);
  });

  test('are read in one statement a page', async () => {
    reader.statements.length = 0;
    await reader.ask({ limit: 50 });
    expect(reader.statements).toHaveLength(1);
  });
});

describe('what a scope permits', () => {
  let database: TestDatabase;
  let reader: UsersReader;
  beforeAll(async () => {
    database = await freshDatabase('shop-prod');
    await database.grantReader();
    reader = await UsersReader.as(database.readerUrl);
    await database.query(
      `UPDATE "system$user" SET name = 'anna@shop.example' WHERE id = (SELECT max(id) FROM "system$user")`,
    );
  });
  afterAll(async () => {
    await reader.end();
    await database.drop();
  });

  test('refuses clear text without users.profile', async () => {
    await expect(reader.ask({ parameters: { clear: true }, scopes: READ_ONLY })).rejects.toMatchObject({
      name: 'MissingScopeError',
      scopes: ['mrt/users.profile'],
    });
    expect((await reader.ask({ parameters: { clear: false }, scopes: READ_ONLY })).body.masked).toBe(true);
  });

  test('refuses the beginning of a login without users.profile, as masked rows would hide nothing from it', async () => {
    await expect(reader.ask({ parameters: { name: 'anna@*' }, scopes: READ_ONLY })).rejects.toMatchObject({
      name: 'MissingScopeError',
    });
    expect(await reader.ids({ parameters: { name: 'anna@*' } })).toHaveLength(1);
  });

  test('answers an exact login with one masked row', async () => {
    const answer = await reader.ask({ parameters: { name: 'anna@shop.example' }, scopes: READ_ONLY });
    expect(answer.body.users).toMatchObject([{ name: 'a***@shop.example' }]);
    expect(answer.next).toBeNull();
  });

  test('answers an exact login that nobody has with no row', async () => {
    const answer = await reader.ask({ parameters: { name: 'nobody@shop.example' }, scopes: READ_ONLY });
    expect(answer).toMatchObject({ body: { users: [], complete: true } });
  });

  test('takes an exact login literally', async () => {
    for (const name of ['anna@shop_example', 'ANNA@shop.example', 'anna%', "a' OR ''='"]) {
      expect((await reader.ask({ parameters: { name } })).body.users).toEqual([]);
    }
  });

  test('takes a beginning literally', async () => {
    for (const name of ['%*', 'anna_*', 'Anna*', "a' OR ''='*"]) {
      expect((await reader.ask({ parameters: { name } })).body.users).toEqual([]);
    }
  });

  test('has nothing personal in its cursor', async () => {
    const { next, positions } = await reader.ask({ parameters: { clear: true }, limit: 3 });
    expect(next).toEqual({ after: expect.stringMatching(/^\d+$/) });
    expect(positions?.[2]).toEqual(next);
    expect(positions?.[0]).not.toEqual(next);
  });
});
