import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { UsersReader } from './reader.ts';

let database: TestDatabase;
let reader: UsersReader;

beforeEach(async () => {
  database = await freshDatabase('shop-acc', 0.1);
  await database.grantReader();
  reader = await UsersReader.as(database.readerUrl);
});
afterEach(async () => {
  await reader.end();
  await database.drop();
});

const names = async () => (await reader.ask({ limit: 1000 })).body.users?.map(({ name }) => name) ?? [];

describe('the built-in administrator, who is no person', () => {
  test('is shown by the login that the database names', async () => {
    await database.query(`UPDATE "system$user" SET name = 'root.admin' WHERE name = 'MxAdmin'`);
    await database.query(`INSERT INTO "mendixsystem$properties" VALUES ('MxAdminUserName', 'root.admin')`);
    expect(await names()).toContain('root.admin');
  });

  test('is MxAdmin where the database names nobody: two thirds of real ones do not', async () => {
    const entries = await database.query(`SELECT FROM "mendixsystem$properties" WHERE key = 'MxAdminUserName'`);
    expect(entries).toEqual([]);
    expect(await names()).toContain('MxAdmin');
  });

  test('is MxAdmin where the runtime keeps no notes', async () => {
    await database.query('DROP TABLE "mendixsystem$properties"');
    expect(await names()).toContain('MxAdmin');
  });

  test('is nobody else: neither a login that differs in case nor one that the app gave to a person', async () => {
    await database.query(`INSERT INTO "system$user" (id, name, active, blocked, isanonymous, webserviceuser)
      VALUES (1, 'MxADMIN', true, false, false, false), (2, 'MXADMIN', true, false, false, false), (3, NULL, true, false, false, false)`);
    expect((await names()).filter((name) => name?.toLowerCase().startsWith('mxadmin'))).toEqual(['MxAdmin']);
    await database.query(`INSERT INTO "mendixsystem$properties" VALUES ('MxAdminUserName', 'gone')`);
    await reader.end();
    reader = await UsersReader.as(database.readerUrl);
    expect(await names()).not.toContain('MxAdmin');
  });

  test('is nobody where the name stands but may not be read: it could be any', async () => {
    await database.query('REVOKE SELECT (key, value) ON "mendixsystem$properties" FROM mrt_reader');
    expect(await names()).not.toContain('MxAdmin');
  });
});
