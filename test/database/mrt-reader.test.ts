import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BankName, SampleName } from '../../local/samples/database/apps.ts';
import { connected, freshDatabase, serverUrl, type TestDatabase } from '../postgres.ts';

/** What the API may read; everything else that a sample has must be refused. */
const CATALOG = {
  mendixsystem$entity: ['id', 'entity_name', 'table_name', 'superentity_id', 'remote', 'remote_primary_key'],
  mendixsystem$attribute: ['id', 'entity_id', 'attribute_name', 'column_name', 'type', 'length'],
  mendixsystem$association: [
    ...['id', 'association_name', 'table_name', 'parent_entity_id', 'child_entity_id'],
    ...['parent_column_name', 'child_column_name', 'storage_format'],
  ],
  mendixsystem$entityidentifier: ['id', 'short_id', 'object_sequence'],
  mendixsystem$version: [
    ...['versionnumber', 'lastsyncdate', 'preanalysismigrationversionnumber', 'modelversionnumber'],
    ...['sprintrprojectname', 'mendixversion'],
  ],
  mendixsystem$properties: ['key', 'value'],
};
const SYSTEM = {
  system$user: [
    ...['id', 'name', 'active', 'blocked', 'blockedsince', 'isanonymous', 'webserviceuser', 'lastlogin'],
    ...['createddate', 'submetaobjectname'],
  ],
  system$userrole: ['id', 'name'],
  system$language: ['id', 'code'],
  system$userreportinfo: ['id', 'usertype'],
  system$session: ['id', 'lastactive'],
  system$filedocument: ['id', '__uuid__', 'size', 'hascontents', 'createddate', 'submetaobjectname'],
  system$unreferencedfile: ['id', 'filekey', 'state'],
  system$userroles: ['system$userid', 'system$userroleid'],
  system$user_language: ['system$userid', 'system$languageid'],
  system$userreportinfo_user: ['system$userreportinfoid', 'system$userid'],
  system$session_user: ['system$sessionid', 'system$userid'],
};
const OLDER = {
  ...CATALOG,
  ...SYSTEM,
  useradministration$account: ['id', 'fullname', 'email'],
  usercommons$nameduseridentifier: ['id', 'value'],
  usercommons$nameduseridentifier_user: ['usercommons$nameduseridentifierid', 'system$userid'],
};
const ALLOWED: Record<Exclude<SampleName, BankName>, Record<string, string[]>> = {
  'shop-prod': { ...CATALOG, ...SYSTEM, administration$account: ['id', 'fullname', 'email'] },
  'shop-acc': OLDER,
  'pet-shop-prod': OLDER,
};

interface Column {
  table: string;
  column: string;
}

const columnsOf = (database: TestDatabase) =>
  database.query(`SELECT c.relname AS "table", a.attname AS "column" FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`) as Promise<unknown> as Promise<
    Column[]
  >;

const code = (query: Promise<unknown>) =>
  query.then(
    () => 'allowed',
    (error: unknown) => (error as { code: string }).code,
  );

describe.each(['shop-prod', 'shop-acc'] as const)('mrt_reader in %s, after the file was run twice', (sample) => {
  let database: TestDatabase;
  let reader: Client;
  let version: number;

  beforeAll(async () => {
    database = await freshDatabase(sample);
    const warnings = await database.grantReader();
    const [server] = await database.query("SELECT current_setting('server_version_num')::int AS version");
    version = Number(server?.['version']);
    // Before PostgreSQL 15 everybody may make tables in public. The file warns of it; its owner does what it says.
    if (version < 150_000) {
      expect(warnings.join()).toContain('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
      await database.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    }
    await database.grantReader();
    reader = new Client({ connectionString: database.readerUrl });
    await reader.connect();
  });
  afterAll(async () => {
    await reader.end();
    await database.drop();
  });

  test('reads each listed column that this app has', async () => {
    const columns = (await columnsOf(database)).filter(({ table, column }) => ALLOWED[sample][table]?.includes(column));
    expect(new Set(columns.map(({ table }) => table))).toEqual(new Set(Object.keys(ALLOWED[sample])));
    for (const { table, column } of columns) {
      await reader.query(`SELECT "${column}" FROM "${table}" LIMIT 1`);
    }
  });

  test('is refused every other column of every table by PostgreSQL itself', async () => {
    const columns = (await columnsOf(database)).filter(
      ({ table, column }) => !ALLOWED[sample][table]?.includes(column),
    );
    expect(columns.length).toBeGreaterThan(400);
    expect(columns).toContainEqual({ table: 'system$user', column: 'password' });
    for (const { table, column } of columns) {
      expect([table, column, await code(reader.query(`SELECT "${column}" FROM "${table}" LIMIT 1`))]).toEqual([
        table,
        column,
        '42501',
      ]);
    }
  });

  test.each([
    'SELECT password FROM "system$user"',
    'SELECT * FROM "system$user"',
    'SELECT u FROM "system$user" u',
    'SELECT sessionid, csrftoken FROM "system$session"',
    'SELECT token FROM "system$tokeninformation"',
    'SELECT contents FROM "system$filedocument"',
    'SELECT hash FROM "system$userreportinfo"',
    'COPY "system$user" TO STDOUT',
    "SELECT pg_read_file('PG_VERSION')",
    'SELECT * FROM pg_authid',
    'SET ROLE postgres',
  ])('may not %s', async (statement) => {
    expect(await code(reader.query(statement))).toBe('42501');
  });

  test.each([
    'UPDATE "system$user" SET active = true',
    'DELETE FROM "system$session"',
    'INSERT INTO "system$language" (id, code) VALUES (1, \'xx\')',
    'TRUNCATE "system$session"',
    'CREATE TABLE mine (id integer)',
    'ALTER TABLE "system$user" ADD COLUMN mine integer',
    'DROP TABLE "system$session"',
  ])('may not %s, even when it turns its read-only default off', async (statement) => {
    expect(await code(reader.query(statement))).toMatch(/^(25006|42501)$/);
    await reader.query('SET default_transaction_read_only = off');
    expect(await code(reader.query(statement))).toBe('42501');
    await reader.query('RESET default_transaction_read_only');
  });

  test('gets sizes and counters of tables that it may not read', async () => {
    const { rows } = await reader.query(`SELECT pg_total_relation_size('"sales$orderline"') AS size,
      (SELECT count(*)::int FROM pg_stat_user_tables WHERE relname = 'sales$orderline') AS counters,
      (SELECT count(*)::int FROM pg_replication_slots) AS slots, pg_database_size(current_database()) > 0 AS whole`);
    expect(rows).toEqual([{ size: expect.stringMatching(/^[1-9]/), counters: 1, slots: 0, whole: true }]);
  });

  test('does not see what others ask the server', async () => {
    await connected(database.url, async (other) => {
      await other.query("SELECT 'secret of another'");
      const { rows } = await reader.query('SELECT query FROM pg_stat_activity WHERE usename <> current_user');
      expect(JSON.stringify(rows)).not.toContain('secret of another');
    });
  });

  test('has its limits in force', async () => {
    const { rows } = await reader.query(`SELECT name, setting FROM pg_settings WHERE source = 'user' ORDER BY name`);
    expect(rows).toEqual([
      { name: 'default_transaction_read_only', setting: 'on' },
      { name: 'idle_in_transaction_session_timeout', setting: '30000' },
      // PostgreSQL 14 brought it.
      ...(version < 140_000 ? [] : [{ name: 'idle_session_timeout', setting: '900000' }]),
      { name: 'lock_timeout', setting: '2000' },
      { name: 'statement_timeout', setting: '30000' },
    ]);
    const role = await database.query("SELECT rolconnlimit, rolsuper FROM pg_roles WHERE rolname = 'mrt_reader'");
    expect(role).toEqual([{ rolconnlimit: 60, rolsuper: false }]);
  });

  test('loses what an older run or a person gave beyond the list', async () => {
    await database.query('GRANT SELECT ON "sales$order" TO mrt_reader');
    await database.query('GRANT SELECT (token) ON "system$tokeninformation" TO mrt_reader');
    await database.query('GRANT UPDATE (active) ON "system$user" TO mrt_reader');
    expect(await code(reader.query('SELECT * FROM "sales$order" LIMIT 1'))).toBe('allowed');
    await database.grantReader();
    expect(await code(reader.query('SELECT * FROM "sales$order" LIMIT 1'))).toBe('42501');
    expect(await code(reader.query('SELECT token FROM "system$tokeninformation"'))).toBe('42501');
    const [update] = await database.query(
      `SELECT has_column_privilege('mrt_reader', '"system$user"', 'active', 'UPDATE') AS may`,
    );
    expect(update).toEqual({ may: false });
  });

  test('loses a table that a deployment makes anew, and has it again after another run', async () => {
    await database.query('CREATE TABLE again AS SELECT * FROM "system$language"');
    await database.query('DROP TABLE "system$language" CASCADE');
    await database.query('ALTER TABLE again RENAME TO "system$language"');
    expect(await code(reader.query('SELECT code FROM "system$language"'))).toBe('42501');
    await database.grantReader();
    expect(await code(reader.query('SELECT code FROM "system$language"'))).toBe('allowed');
  });
});

describe('mrt_reader elsewhere', () => {
  test('in a database that is no Mendix app has no column, and still sees sizes', async () => {
    const database = await freshDatabase();
    await database.query('CREATE TABLE secret (password text)');
    await database.grantReader();
    await connected(database.readerUrl, async (reader) => {
      expect(await code(reader.query('SELECT password FROM secret'))).toBe('42501');
      expect(await code(reader.query("SELECT pg_total_relation_size('secret')"))).toBe('allowed');
    });
    await database.drop();
  });

  test('is a member of rds_iam where that role exists', async () => {
    const database = await freshDatabase();
    await database.query('DO $$ BEGIN CREATE ROLE rds_iam; EXCEPTION WHEN duplicate_object THEN NULL; END $$');
    await database.grantReader();
    expect(await database.query("SELECT pg_has_role('mrt_reader', 'rds_iam', 'MEMBER') AS member")).toEqual([
      { member: true },
    ]);
    await database.drop();
  });

  test('warns of rights that everybody has', async () => {
    const database = await freshDatabase('shop-acc', 0.1);
    await database.query('GRANT SELECT ON "system$tokeninformation" TO PUBLIC');
    expect(await database.grantReader()).toContainEqual(
      expect.stringContaining('rights beyond its own on: "system$tokeninformation"'),
    );
    await database.drop();
  });

  test('is made by an owner who is no superuser, as the master user of RDS is not', async () => {
    const database = await freshDatabase('shop-acc', 0.1);
    const owner = `owner_${database.name}`;
    await connected(await serverUrl(), async (server) => {
      await server.query(`CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD 'owner'`);
      await server.query(`GRANT mrt_reader TO ${owner} WITH ADMIN OPTION`);
      await server.query(`ALTER DATABASE ${database.name} OWNER TO ${owner}`);
    });
    await database.query(`DO $$ DECLARE t regclass; BEGIN
      FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO ${owner}', t);
      END LOOP; END $$`);
    const url = new URL(database.url);
    url.username = owner;
    url.password = 'owner';
    await database.grantReader(url.href);
    await connected(database.readerUrl, async (reader) => {
      expect(await code(reader.query('SELECT name FROM "system$user"'))).toBe('allowed');
      expect(await code(reader.query('SELECT password FROM "system$user"'))).toBe('42501');
    });
    await database.drop();
    await connected(await serverUrl(), async (server) => {
      await server.query(`DROP OWNED BY ${owner}`);
      await server.query(`DROP ROLE ${owner}`);
    });
  });
});
