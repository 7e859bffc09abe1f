import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UpstreamTimeoutError } from '../../../../lambdas/upstream-errors.ts';
import { RelationLockedError } from '../../../../lambdas/upstreams/postgres/fault.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { UsersReader } from './reader.ts';

const SUMMARY = { summary: true } as const;

describe.each(['shop-prod', 'shop-acc'] as const)('the totals of %s', (sample) => {
  let database: TestDatabase;
  let reader: UsersReader;
  const count = async (where: string, from = '"system$user" u'): Promise<number> =>
    Number((await database.query(`SELECT count(*) AS n FROM ${from} WHERE ${where}`))[0]?.['n']);
  const TYPE = `(SELECT i.usertype FROM "system$userreportinfo_user" JOIN "system$userreportinfo" i ON i.id = "system$userreportinfoid" WHERE "system$userid" = u.id)`;
  const COUNTED = 'active AND NOT isanonymous';

  beforeAll(async () => {
    database = await freshDatabase(sample);
    await database.grantReader();
    reader = await UsersReader.as(database.readerUrl);
  });
  afterAll(async () => {
    await reader.end();
    await database.drop();
  });

  test('count a licence as Mendix does: active, not anonymous, web services too, unmarked as internal', async () => {
    expect((await reader.ask({ parameters: SUMMARY })).body.summary?.licence).toEqual({
      rule: 'active, not anonymous, web-service users included, unmarked counts as internal',
      internal: await count(`${COUNTED} AND ${TYPE} IS DISTINCT FROM 'External'`),
      internal_unmarked: await count(`${COUNTED} AND ${TYPE} IS NULL`),
      external: await count(`${COUNTED} AND ${TYPE} = 'External'`),
    });
  });

  test('have every user in one cell of the cube, and each cell once', async () => {
    const by = (await reader.ask({ parameters: SUMMARY })).body.summary?.by ?? [];
    expect(by.reduce((sum, cell) => sum + cell.users, 0)).toBe(await count('true'));
    const keys = by.map(({ users: _, ...cell }) => JSON.stringify(cell));
    expect(new Set(keys).size).toBe(keys.length);
    for (const cell of by.filter(({ kind }) => kind === 'web_service')) {
      expect(cell).toEqual({
        kind: 'web_service',
        active: true,
        blocked: false,
        user_type: 'internal',
        users: await count('webserviceuser'),
      });
    }
  });

  test('count users by role, and the active ones among them', async () => {
    const roles = (await reader.ask({ parameters: SUMMARY })).body.summary?.roles ?? [];
    const from = `"system$userroles" JOIN "system$user" u ON u.id = "system$userid" JOIN "system$userrole" r ON r.id = "system$userroleid"`;
    expect(roles.length).toBe(await count('true', '"system$userrole"'));
    for (const { role, users, active } of roles) {
      expect(users).toBe(await count(`r.name = '${role}'`, from));
      expect(active).toBe(await count(`r.name = '${role}' AND u.active`, from));
    }
  });

  test('age the last logins of active people', async () => {
    const ages = (await reader.ask({ parameters: SUMMARY })).body.summary?.last_login;
    const people = 'active AND NOT isanonymous AND NOT webserviceuser';
    const since = (days: number) => `lastlogin >= (now() AT TIME ZONE 'UTC') - interval '${days} days'`;
    expect(ages).toEqual({
      within_1_day: await count(`${people} AND ${since(1)}`),
      within_7_days: await count(`${people} AND ${since(7)}`),
      within_30_days: await count(`${people} AND ${since(30)}`),
      within_90_days: await count(`${people} AND ${since(90)}`),
      older: await count(`${people} AND NOT ${since(90)}`),
      never: await count(`${people} AND lastlogin IS NULL`),
    });
  });

  test('count as online who was active within the session timeout, not who left a session behind', async () => {
    await database.query(`UPDATE "system$session" SET lastactive = (now() AT TIME ZONE 'UTC') - interval '11 minutes'`);
    expect((await reader.ask({ parameters: SUMMARY })).body.summary?.online_now).toEqual({
      users: 0,
      sessions: 0,
      anonymous_sessions: 0,
    });
    await database.query(`UPDATE "system$session" SET lastactive = (now() AT TIME ZONE 'UTC') - interval '9 minutes'`);
    const from = '"system$session_user" JOIN "system$user" u ON u.id = "system$userid"';
    const online = (await reader.ask({ parameters: SUMMARY })).body.summary?.online_now;
    expect(online).toEqual({
      users: await count('NOT isanonymous', from),
      sessions: await count('true', from),
      anonymous_sessions: await count('isanonymous', from),
    });
    expect(online?.sessions).toBeGreaterThan(0);
  });

  test("set Mendix's own count beside ours, and have none where Mendix keeps none", async () => {
    const kept = `DELETE FROM "mendixsystem$properties" WHERE key = 'Statistics.NamedUserCount' RETURNING value`;
    const before = (await reader.ask({ parameters: SUMMARY })).body.summary?.mendix;
    const [row] = await database.query(kept);
    expect(before).toEqual({ named_user_count: Number(row?.['value']) });
    expect((await reader.ask({ parameters: SUMMARY })).body).toMatchObject({
      complete: true,
      summary: { mendix: { named_user_count: null } },
    });
  });

  test('hold nothing personal and take no page', async () => {
    const answer = await reader.ask({ parameters: SUMMARY });
    expect(answer.next).toBeNull();
    expect(answer.body).not.toHaveProperty('users');
    expect(JSON.stringify(answer)).not.toMatch(/@|MxAdmin/);
  });

  test('stand without a part that was not ready in time, and name it', async () => {
    reader.before = async (text) => {
      if (text.includes('make_interval')) throw new UpstreamTimeoutError('shop-db');
    };
    const { body } = await reader.ask({ parameters: SUMMARY });
    reader.before = null;
    expect(body).toMatchObject({
      complete: false,
      missing: [{ what: 'online_now', reason: 'deadline', table: null }],
      summary: { online_now: null, licence: { external: expect.any(Number) } },
    });
  });

  test('read groups and roles in one statement, and the groups by themselves where somebody holds the roles', async () => {
    const from = reader.runs.length;
    const whole = (await reader.ask({ parameters: SUMMARY })).body.summary;
    const over = reader.runs.slice(from).filter(({ text }) => /"system\$user(roles|reportinfo_user)"/.test(text));
    expect(over).toHaveLength(1);
    reader.before = async (text) => {
      if (text.includes('"system$userroles"')) throw new RelationLockedError('shop-db');
    };
    const attempts = reader.runs.length;
    const { body } = await reader.ask({ parameters: SUMMARY });
    reader.before = null;
    // The wait for that table is not made a second time.
    expect(reader.runs.slice(attempts).some(({ text }) => text.includes('"system$userroles"'))).toBe(false);
    expect(body.missing).toEqual([{ what: 'roles', reason: 'deadline', table: null }]);
    expect(body.summary).toEqual({ ...whole, roles: null });
  });
});

describe('a request for totals', () => {
  test('refuses filters and fields by name, since the totals are of all users', async () => {
    const reader = await unreached();
    await expect(reader.ask({ parameters: { summary: true, active: true, fields: ['id'] } })).rejects.toMatchObject({
      name: 'InvalidParameterError',
      faults: [{ parameter: 'active' }, { parameter: 'fields' }],
    });
  });

  async function unreached(): Promise<UsersReader> {
    const database = await freshDatabase();
    const reader = await UsersReader.as(database.url);
    await reader.end();
    await database.drop();
    return reader;
  }
});
