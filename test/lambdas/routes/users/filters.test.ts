import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { needsScan } from '../../../../lambdas/mendix/users/filter.ts';
import type { UsersRequest } from '../../../../lambdas/routes/users/request.ts';
import { UpstreamTimeoutError } from '../../../../lambdas/upstream-errors.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { UsersReader } from './reader.ts';

let database: TestDatabase;
let reader: UsersReader;

beforeAll(async () => {
  database = await freshDatabase('shop-prod', 0.2);
  await database.grantReader();
  reader = await UsersReader.as(database.readerUrl);
  // Values that are not there in Mendix's own rows, but may be in a table: three-valued logic must not drop anybody twice.
  await database.query(`UPDATE "system$user" SET active = NULL, blocked = NULL WHERE id % 101 = 0`);
  await database.query(`UPDATE "system$user" SET createddate = NULL WHERE id % 103 = 0`);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await reader.end();
  await database.drop();
});

const TYPE = `(SELECT i.usertype FROM "system$userreportinfo_user" JOIN "system$userreportinfo" i ON i.id = "system$userreportinfoid" WHERE "system$userid" = u.id)`;
const SINCE = '2026-06-01T12:30:00.000Z';
const LOCAL = `timestamp '2026-06-01 12:30:00'`;

describe('a filter', () => {
  test.each<[string, UsersRequest['parameters'], string]>([
    ['active', { active: true }, 'active'],
    ['not active', { active: false }, 'NOT active'],
    ['blocked', { blocked: true }, 'blocked'],
    ['not blocked', { blocked: false }, 'NOT blocked'],
    ['people', { kind: 'named' }, 'NOT isanonymous AND NOT webserviceuser'],
    ['anonymous users', { kind: 'anonymous' }, 'isanonymous'],
    ['other systems', { kind: 'web_service' }, 'webserviceuser'],
    ['external users', { user_type: 'external' }, `${TYPE} = 'External'`],
    ['internal users, marked or not', { user_type: 'internal' }, `coalesce(${TYPE}, 'Internal') = 'Internal'`],
    ['a login since', { last_login_after: SINCE }, `lastlogin >= ${LOCAL}`],
    ['a login before, without those who never had one', { last_login_before: SINCE }, `lastlogin < ${LOCAL}`],
    ['who never logged in', { never_logged_in: true }, 'lastlogin IS NULL'],
    ['who did log in', { never_logged_in: false }, 'lastlogin IS NOT NULL'],
    [
      'who should have logged in and did not',
      { inactive_since: SINCE },
      `active AND createddate < ${LOCAL} AND (lastlogin < ${LOCAL} OR lastlogin IS NULL)`,
    ],
    [
      'a role',
      { role: 'Accountant' },
      `EXISTS (SELECT FROM "system$userroles" JOIN "system$userrole" r ON r.id = "system$userroleid" WHERE "system$userid" = u.id AND r.name = 'Accountant')`,
    ],
    ['the beginning of a login', { name: 'anna*' }, `name LIKE 'anna%'`],
    [
      'several at once',
      { active: true, role: 'Customer', user_type: 'external', last_login_after: SINCE, kind: 'named' },
      `active AND ${TYPE} = 'External' AND lastlogin >= ${LOCAL} AND EXISTS (SELECT FROM "system$userroles" JOIN "system$userrole" r ON r.id = "system$userroleid" WHERE "system$userid" = u.id AND r.name = 'Customer')`,
    ],
  ])('by %s gives the same users as its plain SQL, page by page and counted', async (_, parameters, where) => {
    const rows = await database.query(`SELECT u.id::text AS user_id FROM "system$user" u WHERE ${where} ORDER BY u.id`);
    const expected = rows.map((row) => row['user_id']);
    expect(expected.length).toBeGreaterThan(0);
    for (const limit of [9, 1000]) expect(await reader.ids({ parameters, limit })).toEqual(expected);
    const { body } = await reader.ask({ parameters: { ...parameters, count: 'exact' }, limit: 1 });
    expect(body.count).toEqual({ value: expected.length, exact: true });
  });

  test('that matches nobody is an empty list, not an error', async () => {
    await database.query(`INSERT INTO "system$userrole" (id, name) VALUES (77, 'Nobody has it')`);
    for (const parameters of [{ role: 'Nobody has it' }, { last_login_after: '2100-01-01T00:00:00.000Z' }]) {
      const answer = await reader.ask({ parameters: { ...parameters, count: 'exact' } });
      expect(answer).toMatchObject({
        next: null,
        body: { users: [], complete: true, count: { value: 0, exact: true } },
      });
    }
  });

  test('by a role that the app does not have is an error that offers near ones: a typing error looks like no data', async () => {
    for (const [role, near] of [
      ['Acountant', ['Accountant']],
      ['customer', ['Customer', 'CustomerService']],
      ['Zzzzzzzz', []],
      ['\\', []],
      ['x'.repeat(100), []],
    ] as const) {
      await expect(reader.ask({ parameters: { role } })).rejects.toMatchObject({
        name: 'UnknownNameError',
        parameter: 'role',
        unknown: role,
        near,
      });
    }
  });

  test('splits the users between before and after without a gap or an overlap', async () => {
    const [{ at } = { at: '' }] = (await database.query(
      `SELECT to_char(lastlogin, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM "system$user" WHERE lastlogin IS NOT NULL LIMIT 1`,
    )) as { at: string }[];
    const before = await reader.ids({ parameters: { last_login_before: at } });
    const after = await reader.ids({ parameters: { last_login_after: at } });
    const all = await reader.ids({ parameters: { never_logged_in: false } });
    expect(before.length + after.length).toBe(all.length);
    expect(new Set([...before, ...after])).toEqual(new Set(all));
  });
});

test('every filter but a role and an exact login may pass many users that do not match', () => {
  for (const filter of [
    { active: true },
    { active: false },
    { blocked: false },
    { kind: 'named' },
    { user_type: 'internal' },
    { last_login_after: SINCE },
    { last_login_before: SINCE },
    { never_logged_in: true },
    { inactive_since: SINCE },
    { name: 'anna*' },
    { name: 'anna*', role_ids: ['1'] },
  ] as const) {
    expect([filter, needsScan(filter)]).toEqual([filter, true]);
  }
  for (const filter of [{}, { role_ids: ['1'] }, { name: 'anna' }, { name: 'anna', active: true }]) {
    expect([filter, needsScan(filter)]).toEqual([filter, false]);
  }
});

describe('a search that no index serves', () => {
  const rare = { last_login_after: '2100-01-01T00:00:00.000Z' };

  test('looks at users in windows of ids, never at all of them in one statement', async () => {
    reader.statements.length = 0;
    await reader.ask({ parameters: rare });
    const reads = reader.statements.filter((text) => text.includes('AS last_login'));
    expect(reads.length).toBeGreaterThan(1);
    for (const text of reads) expect(text).toMatch(/u\."id" <= \(SELECT \$2::bigint\)/);
  });

  test('answers what it found when the time is up, says so, and goes on at its cursor', async () => {
    const expected = await reader.ids({ parameters: { kind: 'anonymous' } });
    // Each statement takes six seconds of the twenty.
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    reader.before = async () => void vi.advanceTimersByTime(6_000);
    const cut = await reader.ask({ parameters: { kind: 'anonymous' }, limit: 1000, budget_ms: 20_000 });
    reader.before = null;
    expect(cut.body).toMatchObject({
      complete: false,
      missing: [{ what: 'users', reason: 'deadline', table: null }],
    });
    expect(cut.next).not.toBeNull();
    const rest = await reader.ask({ parameters: { kind: 'anonymous' }, limit: 1000, position: cut.next });
    expect([...(cut.body.users ?? []), ...(rest.body.users ?? [])].map((row) => row.id)).toEqual(expected);
  });

  test('keeps what earlier windows found when a later one is ended by the server', async () => {
    let windows = 0;
    reader.before = async (text) => {
      if (text.includes('AS size') && ++windows === 2) throw new UpstreamTimeoutError('shop-db');
    };
    const cut = await reader.ask({ parameters: rare });
    expect(cut).toMatchObject({ next: { after: expect.any(String) }, body: { users: [], complete: false } });
    windows = 1;
    await expect(reader.ask({ parameters: rare })).rejects.toBeInstanceOf(UpstreamTimeoutError);
    reader.before = null;
  });

  test('does not search at all for an exact login', async () => {
    reader.statements.length = 0;
    await reader.ask({ parameters: { name: 'MxAdmin', active: true } });
    expect(reader.statements).toHaveLength(1);
  });
});

describe('a count', () => {
  test('is left out unless it is asked for', async () => {
    expect((await reader.ask()).body.count).toBeNull();
    expect((await reader.ask({ parameters: { count: 'none' } })).body.count).toBeNull();
  });

  test('counts what all pages hold together, wherever the cursor stands', async () => {
    const { next } = await reader.ask({ limit: 10 });
    const { body } = await reader.ask({ parameters: { count: 'exact' }, limit: 10, position: next });
    expect(body.count).toEqual({ value: 5000, exact: true });
  });

  test('is near the truth when estimated, and says that it is an estimate', async () => {
    const { body } = await reader.ask({ parameters: { count: 'estimated', active: true } });
    const [{ n } = { n: 0 }] = (await database.query(`SELECT count(*)::int AS n FROM "system$user" WHERE active`)) as {
      n: number;
    }[];
    expect(body.count?.exact).toBe(false);
    expect(Math.abs((body.count?.value ?? 0) - n)).toBeLessThan(n / 5);
  });

  test('has no estimate where PostgreSQL has no statistics', async () => {
    const fresh = await freshDatabase('shop-acc', 0.1);
    await fresh.grantReader();
    await fresh.query('CREATE TABLE copy (LIKE "system$user" INCLUDING ALL)');
    await fresh.query('DROP TABLE "system$user" CASCADE');
    await fresh.query('ALTER TABLE copy RENAME TO "system$user"');
    await fresh.grantReader();
    const reader = await UsersReader.as(fresh.readerUrl);
    expect((await reader.ask({ parameters: { count: 'estimated' } })).body.count).toEqual({
      value: null,
      exact: false,
    });
    await reader.end();
    await fresh.drop();
  });

  test('that cannot be made in time is missing, and the page is still there', async () => {
    reader.before = async (text) => {
      if (text.includes('count(*)::text')) throw new UpstreamTimeoutError('shop-db');
    };
    const { body } = await reader.ask({ parameters: { count: 'exact' } });
    reader.before = null;
    expect(body.users).toHaveLength(100);
    expect(body).toMatchObject({
      count: { value: null, exact: false },
      complete: false,
      missing: [{ what: 'count', reason: 'deadline' }],
    });
  });
});
