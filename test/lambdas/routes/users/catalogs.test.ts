import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identityHasher } from '../../../../lambdas/routes/users/identity.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { KEY, UsersReader } from './reader.ts';

const USER = '282e2e60-88a5-469d-84a5-ba8d9151644f';
const CLEAR = { clear: true } as const;

let database: TestDatabase;
let reader: UsersReader;

async function start(sample?: 'shop-prod' | 'shop-acc'): Promise<void> {
  database = await freshDatabase(sample, sample === 'shop-acc' ? 0.2 : 0.01);
  await database.grantReader();
  reader = await UsersReader.as(database.readerUrl);
}

/** A reader with new grants and nothing remembered. */
async function again(): Promise<void> {
  await database.grantReader();
  await reader.end();
  reader = await UsersReader.as(database.readerUrl);
}

afterEach(async () => {
  await reader.end();
  await database.drop();
});

describe('an app whose references to users are columns', () => {
  beforeEach(() => start('shop-prod'));

  test('gives the same rows and totals as with association tables', async () => {
    const rows = (await reader.ask({ parameters: CLEAR, limit: 1000 })).body.users;
    const external = await reader.ids({ parameters: { user_type: 'external' } });
    const { summary } = (await reader.ask({ parameters: { summary: true } })).body;
    for (const [association, parent, column] of [
      ['System.Session_User', 'system$session', 'system$session_user'],
      ['System.User_Language', 'system$user', 'system$user_language'],
      ['System.UserReportInfo_User', 'system$userreportinfo', 'system$userreportinfo_user'],
    ] as const) {
      const [link] = await database.query(
        'SELECT table_name, parent_column_name, child_column_name FROM "mendixsystem$association" WHERE association_name = $1',
        [association],
      );
      await database.query(`ALTER TABLE "${parent}" ADD COLUMN "${column}" bigint`);
      await database.query(`UPDATE "${parent}" p SET "${column}" = l."${link?.['child_column_name']}"
        FROM "${link?.['table_name']}" l WHERE l."${link?.['parent_column_name']}" = p.id`);
      await database.query(`DROP TABLE "${link?.['table_name']}"`);
      await database.query(
        `UPDATE "mendixsystem$association" SET table_name = $1, parent_column_name = 'id', child_column_name = $2, storage_format = 1
         WHERE association_name = $3`,
        [parent, column, association],
      );
    }
    await again();
    const moved = await reader.ask({ parameters: CLEAR, limit: 1000 });
    expect(moved.body).toMatchObject({ complete: true, missing: [] });
    expect(moved.body.users).toEqual(rows);
    expect(await reader.ids({ parameters: { user_type: 'external' } })).toEqual(external);
    expect((await reader.ask({ parameters: { summary: true } })).body.summary).toEqual(summary);
  });
});

describe('an app in which', () => {
  beforeEach(() => start('shop-acc'));

  const rowOf = async (name: string) =>
    (await reader.ask({ parameters: { ...CLEAR, name } })).body.users?.[0] ?? expect.fail('no such user');

  test('several entities specialize the user, each user is named by its own, the most specialized first', async () => {
    await entity('Sales.Contact', 'sales$contact', USER, { FullName: 'fullname', Email: 'mail_address' });
    await entity('Sales.KeyContact', 'sales$keycontact', 'guid-sales$contact', { Email: 'email' });
    await user(1, 'one');
    await user(2, 'two');
    await user(3, 'three');
    await database.query(
      `INSERT INTO "sales$contact" VALUES (1, 'One', 'one@shop.example'), (2, 'Two', 'two@shop.example'), (3, 'Three', 'three@shop.example')`,
    );
    await database.query(`INSERT INTO "sales$keycontact" VALUES (2, 'key@shop.example'), (3, '')`);
    await again();
    expect(await rowOf('one')).toMatchObject({ full_name: 'One', email: 'one@shop.example' });
    expect(await rowOf('two')).toMatchObject({ full_name: 'Two', email: 'key@shop.example' });
    expect(await rowOf('three')).toMatchObject({ full_name: 'Three', email: 'three@shop.example' });
  });

  test('an attribute has another name, the configuration names it', async () => {
    await user(1, 'one');
    await database.query(
      `INSERT INTO "useradministration$account" (id, fullname, email, department) VALUES (1, 'One', 'one@shop.example', 'Sales')`,
    );
    await database.query(`GRANT SELECT (department) ON "useradministration$account" TO mrt_reader`);
    reader.source = {
      ...reader.source,
      full_name_attributes: ['DisplayName', 'department'],
      email_attributes: ['None'],
    };
    expect(await rowOf('one')).toMatchObject({ full_name: 'Sales', email: null });
    expect((await reader.ask()).body.complete).toBe(true);
  });

  test('nothing specializes the user, there are no names but logins, and nothing is missing', async () => {
    await database.query(`DELETE FROM "mendixsystem$entity" WHERE superentity_id = $1`, [USER]);
    await database.query('ALTER TABLE "system$user" DROP COLUMN submetaobjectname');
    await again();
    const { body } = await reader.ask({ parameters: CLEAR });
    expect(body).toMatchObject({ complete: true, missing: [] });
    for (const row of body.users ?? []) {
      expect(row).toMatchObject({ entity: 'System.User', full_name: null, email: null, name: expect.any(String) });
    }
  });

  test('no user types exist, everybody is internal and nobody marked', async () => {
    await database.query(`DELETE FROM "mendixsystem$entity" WHERE entity_name = 'System.UserReportInfo'`);
    await database.query('DROP TABLE "system$userreportinfo", "system$userreportinfo_user"');
    await again();
    expect(await reader.ids({ parameters: { user_type: 'external' } })).toEqual([]);
    expect((await reader.ask({ limit: 1 })).body).toMatchObject({
      complete: true,
      users: [{ user_type: 'internal', user_type_marked: false }],
    });
    const { summary } = (await reader.ask({ parameters: { summary: true } })).body;
    expect(summary?.licence).toMatchObject({ external: 0, internal: summary?.licence?.internal_unmarked });
  });

  test('the licence identity is filled in, it is hashed in place of the login', async () => {
    const hash = identityHasher(KEY);
    for (const [id, name] of [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ] as const)
      await user(id, name);
    await database.query(
      `INSERT INTO "usercommons$nameduseridentifier" (id, value) VALUES (11, 'One@shop.example'), (12, '')`,
    );
    await database.query(`INSERT INTO "usercommons$nameduseridentifier_user" VALUES (11, 1), (12, 2)`);
    expect((await rowOf('one')).identity).toBe(hash('One@shop.example'));
    expect((await rowOf('two')).identity).toBe(hash('two'));
    expect((await rowOf('three')).identity).toBe(hash('three'));
  });

  test('rows of a missing constraint are doubled or point nowhere, each user is still one row', async () => {
    await user(1, 'one');
    await database.query(
      `INSERT INTO "system$userroles" VALUES (1, 999), (1, (SELECT id FROM "system$userrole" WHERE name = 'Customer')), (998, (SELECT id FROM "system$userrole" WHERE name = 'Customer'))`,
    );
    await database.query(`INSERT INTO "system$userreportinfo" VALUES (21, 'External', ''), (22, 'Internal', '')`);
    await database.query(`INSERT INTO "system$userreportinfo_user" VALUES (21, 1), (22, 1)`);
    expect((await reader.ids()).filter((id) => id === '1')).toHaveLength(1);
    // In doubt, Mendix counts a user as internal.
    expect(await rowOf('one')).toMatchObject({ roles: ['Customer'], user_type: 'internal', user_type_marked: true });
    expect(await reader.ids({ parameters: { role: 'Customer' }, limit: 1 })).not.toContain('998');
  });

  test('a table has a name that means something to SQL, it is quoted', async () => {
    await entity('Odd.Account', 'odd$"; DROP TABLE "system$user"; --', USER, { FullName: 'full "name"' });
    await user(1, 'one');
    await database.query(`INSERT INTO "odd$""; DROP TABLE ""system$user""; --" VALUES (1, 'Odd')`);
    await again();
    expect(await rowOf('one')).toMatchObject({ full_name: 'Odd' });
  });

  test('the catalog goes round in a circle, the walk through it ends', async () => {
    await database.query(
      `UPDATE "mendixsystem$entity" SET superentity_id = id WHERE entity_name = 'UserAdministration.Account'`,
    );
    await database.query(
      `UPDATE "mendixsystem$entity" SET superentity_id = (SELECT id FROM "mendixsystem$entity" WHERE entity_name = 'UserAdministration.Account') WHERE id = $1`,
      [USER],
    );
    await again();
    expect((await reader.ask({ limit: 1 })).body.users).toHaveLength(1);
  });

  test('a release renames a column while the catalog is remembered, the request is answered from the new catalog', async () => {
    await user(1, 'one');
    await database.query(`INSERT INTO "useradministration$account" (id, fullname) VALUES (1, 'One')`);
    expect(await rowOf('one')).toMatchObject({ full_name: 'One' });
    await database.query('ALTER TABLE "useradministration$account" RENAME COLUMN fullname TO name1');
    await database.query(`UPDATE "mendixsystem$attribute" SET column_name = 'name1' WHERE column_name = 'fullname'`);
    expect(await rowOf('one')).toMatchObject({ full_name: 'One' });
  });

  async function entity(
    name: string,
    table: string,
    parent: string,
    attributes: Record<string, string>,
  ): Promise<void> {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const columns = Object.values(attributes).map((column) => `, ${quoted(column)} varchar(200)`);
    await database.query(`CREATE TABLE ${quoted(table)} (id bigint PRIMARY KEY${columns.join('')})`);
    const guid = `guid-${table}`.slice(0, 36);
    await database.query(
      'INSERT INTO "mendixsystem$entity" (id, entity_name, table_name, superentity_id) VALUES ($1, $2, $3, $4)',
      [guid, name, table, parent],
    );
    for (const [attribute, column] of Object.entries(attributes)) {
      await database.query(
        `INSERT INTO "mendixsystem$attribute" (id, entity_id, attribute_name, column_name, type, is_auto_number) VALUES ($1, $2, $3, $4, 30, false)`,
        [`${guid.slice(0, 20)}-${attribute}`, guid, attribute, column],
      );
    }
  }

  async function user(id: number, name: string): Promise<void> {
    await database.query(
      `INSERT INTO "system$user" (id, name, active, blocked, isanonymous, webserviceuser) VALUES ($1, $2, true, false, false, false)`,
      [id, name],
    );
  }
});

describe('a database that is no Mendix app', () => {
  beforeEach(() => start());

  test('is named as such', async () => {
    await expect(reader.ask()).rejects.toMatchObject({ name: 'UpstreamFailedError', reason: 'not-a-mendix-database' });
  });
});
