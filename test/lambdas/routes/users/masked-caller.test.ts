/**
 * What a row hides, no filter, count, page border or summary may tell. Shown by working each out from the masked rows
 * alone: what follows from them tells nothing more.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserRow, UsersRequest } from '../../../../lambdas/routes/users/request.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { UsersReader } from './reader.ts';

const scopes = ['mrt/users.read'] as const;
const DAYS = ['2026-09-01', '2026-10-15', new Date().toISOString().slice(0, 10)];

let database: TestDatabase;
let reader: UsersReader;
let rows: UserRow[];

beforeAll(async () => {
  database = await freshDatabase('shop-acc');
  await database.grantReader();
  await database.query(`UPDATE "system$user" SET lastlogin = '2026-10-15' WHERE id % 7 = 0`);
  await database.query(`UPDATE "system$user" SET lastlogin = '2026-10-14 23:59:59.999' WHERE id % 7 = 1`);
  await database.query(`UPDATE "system$user" SET active = NULL, blocked = NULL WHERE id % 31 = 0`);
  reader = await UsersReader.as(database.readerUrl);
  rows = (await reader.ask({ scopes, limit: 1000 })).body.users ?? [];
});
afterAll(async () => {
  await reader.end();
  await database.drop();
});

const day = (time: string | null | undefined) => time?.slice(0, 10) ?? '';
const at = (date: string) => `${date}T00:00:00.000Z`;

const FILTERS: [UsersRequest['parameters'], (row: UserRow) => boolean][] = [
  [{ active: true }, (row) => row.active === true],
  [{ active: false }, (row) => row.active === false],
  [{ blocked: true }, (row) => row.blocked === true],
  [{ blocked: false }, (row) => row.blocked === false],
  [{ kind: 'named' }, (row) => row.kind === 'named'],
  [{ kind: 'anonymous' }, (row) => row.kind === 'anonymous'],
  [{ kind: 'web_service' }, (row) => row.kind === 'web_service'],
  [{ user_type: 'internal' }, (row) => row.user_type === 'internal'],
  [{ user_type: 'external' }, (row) => row.user_type === 'external'],
  [{ role: 'Customer' }, (row) => row.roles?.includes('Customer') === true],
  [{ never_logged_in: true }, (row) => row.last_login === null],
  [{ never_logged_in: false }, (row) => row.last_login !== null],
  ...DAYS.flatMap((date): [UsersRequest['parameters'], (row: UserRow) => boolean][] => [
    [{ last_login_after: at(date) }, (row) => row.last_login !== null && day(row.last_login) >= date],
    [{ last_login_before: at(date) }, (row) => row.last_login !== null && day(row.last_login) < date],
    [
      { inactive_since: at(date) },
      (row) =>
        row.active === true && day(row.created) < date && (row.last_login === null || day(row.last_login) < date),
    ],
  ]),
];

test('every filter is among those that are tried here, but the name, which is audited', () => {
  const tried = new Set(FILTERS.flatMap(([parameters]) => Object.keys(parameters)));
  // `days` looks back at recorded totals, and at no row.
  const { fields, count, clear, summary, name, days, ...filters } = UsersReader.parameters();
  expect([fields, count, clear, summary, name, days]).not.toContain(undefined);
  expect(tried).toEqual(new Set(Object.keys(filters)));
});

test.each(FILTERS)('%j tells what the masked rows tell, in rows, pages and counts', async (parameters, matches) => {
  const expected = rows.filter(matches).map(({ id }) => id);
  expect(await reader.ids({ parameters, scopes, limit: 7 })).toEqual(expected);
  const counted = await reader.ask({ parameters: { ...parameters, count: 'exact' }, scopes, limit: 1 });
  expect(counted.body.count).toEqual({ value: expected.length, exact: true });
  expect(counted.next).toEqual(expected.length > 1 ? { after: expected[0] } : null);
});

test('two filters together tell what the masked rows tell', async () => {
  for (const [one, first] of FILTERS) {
    for (const [two, second] of FILTERS.slice(0, 12)) {
      const expected = rows.filter((row) => second(row) && (Object.keys(one)[0] === Object.keys(two)[0] || first(row)));
      const { body } = await reader.ask({ parameters: { ...one, ...two, count: 'exact' }, scopes, limit: 1 });
      expect(body.count, JSON.stringify({ one, two })).toEqual({ value: expected.length, exact: true });
    }
  }
});

describe('a time finer than a day', () => {
  test.each(['last_login_after', 'last_login_before', 'inactive_since'] as const)(
    'is refused in %s, as halving would find a login to the second',
    async (parameter) => {
      for (const time of ['2026-10-15T12:00:00.000Z', '2026-10-15T00:00:00.001Z', '2026-10-14T23:59:59.999Z']) {
        await expect(reader.ask({ parameters: { [parameter]: time }, scopes })).rejects.toMatchObject({
          name: 'InvalidParameterError',
          faults: [{ parameter, message: expect.stringMatching(/whole day.*mrt\/users\.profile/) }],
        });
        const parameters = { [parameter]: time, fields: ['id' as const] };
        expect((await reader.ask({ parameters })).body.complete).toBe(true);
      }
    },
  );

  test('is refused beside others too, and each is named', async () => {
    const parameters = { last_login_after: at('2026-10-01'), last_login_before: '2026-10-01T01:00:00.000Z' };
    await expect(reader.ask({ parameters, scopes })).rejects.toMatchObject({
      faults: [{ parameter: 'last_login_before' }],
    });
  });
});

describe('a summary', () => {
  const summary = async (more = {}) => (await reader.ask({ parameters: { summary: true }, scopes, ...more })).body;

  test('tells what the masked rows tell', async () => {
    const body = await summary();
    const count = (matches: (row: UserRow) => boolean) => rows.filter(matches).length;
    expect(body.masked).toBe(true);
    for (const { users, ...cell } of body.summary?.by ?? []) {
      expect(users).toBe(
        count((row) => Object.entries(cell).every(([key, value]) => row[key as keyof UserRow] === value)),
      );
    }
    for (const { role, users, active } of body.summary?.roles ?? []) {
      expect(users).toBe(count((row) => row.roles?.includes(role) === true));
      expect(active).toBe(count((row) => row.roles?.includes(role) === true && row.active === true));
    }
    const today = Date.parse(at(new Date().toISOString().slice(0, 10)));
    const within = (days: number) => {
      const first = new Date(today - days * 86_400_000).toISOString().slice(0, 10);
      return count((row) => row.kind === 'named' && row.active === true && day(row.last_login) >= first);
    };
    expect(body.summary?.last_login).toMatchObject({
      within_1_day: within(1),
      within_7_days: within(7),
      within_30_days: within(30),
      within_90_days: within(90),
    });
  });

  test('does not say who is online where few are, and says so', async () => {
    await database.query('TRUNCATE "system$session" CASCADE');
    await database.query('TRUNCATE "system$session_user"');
    await database.query(
      `INSERT INTO "system$session" (id, lastactive) SELECT i, '2026-01-01' FROM generate_series(1, 5) AS i`,
    );
    await database.query(`INSERT INTO "system$session_user" SELECT row_number() OVER (), id FROM "system$user"
      WHERE NOT isanonymous AND NOT webserviceuser LIMIT 5`);
    for (const people of [0, 1, 4, 5]) {
      await database.query(
        `UPDATE "system$session" SET lastactive = (now() AT TIME ZONE 'UTC') - CASE WHEN id <= $1 THEN interval '1 minute' ELSE interval '1 day' END`,
        [people],
      );
      const shown = people === 0 || people === 5 ? people : null;
      expect((await summary()).summary?.online_now).toMatchObject({ users: shown, sessions: shown });
      const exact = await summary({ scopes: ['mrt/users.read', 'mrt/users.profile'] });
      expect(exact).toMatchObject({ masked: false, complete: true, summary: { online_now: { users: people } } });
    }
  });
});

test('logins as life has them: what is no domain is not shown, and what differs in case is another user', async () => {
  const names = rows.map(({ name }) => name);
  expect(names).toContain('a***');
  expect(names).toContain('***');
  expect(names).toContain('MxAdmin');
  for (const name of names) expect(name).not.toMatch(/smit|zoe|mxadmin/);
  const clear = (await reader.ask({ parameters: { clear: true }, limit: 1000 })).body.users ?? [];
  const logins = clear.map(({ name }) => name ?? '');
  expect(logins).toEqual(expect.arrayContaining(['@jan.smit', 'acme@jan.smit', 'x', 'mxadmin', 'MxAdmin']));
  const upper = logins.find((login) => /^[A-Z.]+(@[A-Z.]+|\.\d+)$/.test(login)) ?? '';
  expect(logins).toContain(upper.toLowerCase());
  for (const login of [upper, upper.toLowerCase()]) {
    expect((await reader.ask({ parameters: { name: login, clear: true } })).body.users).toMatchObject([
      { name: login },
    ]);
  }
});
