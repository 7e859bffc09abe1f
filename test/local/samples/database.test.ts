import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSampleDatabase } from '../../../local/samples/database/sample.ts';
import { sampleFiles, startOfDay } from '../../../local/samples/files.ts';
import { connected, freshDatabase, type TestDatabase } from '../../postgres.ts';

const TABLES = `SELECT c.relname AS "table" FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;

describe.each(['shop-prod', 'shop-acc', 'pet-shop-prod'] as const)('the catalog of the sample app %s', (sample) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase(sample);
  });
  afterAll(() => database.drop());

  test('names the table of each entity, but of external ones', async () => {
    const missing = await database.query(`SELECT entity_name FROM "mendixsystem$entity"
      WHERE NOT remote AND to_regclass(quote_ident(table_name)) IS NULL`);
    expect(missing).toEqual([]);
  });

  test('names the column of each attribute', async () => {
    const missing = await database.query(`SELECT e.entity_name, a.attribute_name FROM "mendixsystem$attribute" a
      JOIN "mendixsystem$entity" e ON e.id = a.entity_id AND NOT e.remote
      LEFT JOIN pg_attribute c ON c.attrelid = to_regclass(quote_ident(e.table_name)) AND c.attname = a.column_name
      WHERE c.attname IS NULL`);
    expect(missing).toEqual([]);
  });

  test('names table and columns of each association; only System.owner and changedBy of old apps name a table that is none', async () => {
    const missing = await database.query(`SELECT DISTINCT a.association_name FROM "mendixsystem$association" a
      WHERE (SELECT count(*) FROM pg_attribute c WHERE c.attrelid = to_regclass(quote_ident(a.table_name))
        AND c.attname IN (a.parent_column_name, a.child_column_name)) <> 2 ORDER BY 1`);
    const old = [{ association_name: 'System.changedBy' }, { association_name: 'System.owner' }];
    expect(missing).toEqual(sample === 'shop-prod' ? [] : old);
  });

  test('explains every table by an entity, an association table or the catalog itself, but for what was left over', async () => {
    const unexplained = await database.query(`${TABLES}
      AND c.relname NOT LIKE 'mendixsystem$%'
      AND NOT EXISTS (SELECT FROM "mendixsystem$entity" WHERE table_name = c.relname)
      AND NOT EXISTS (SELECT FROM "mendixsystem$association" WHERE table_name = c.relname AND parent_column_name <> 'id')
      ORDER BY 1`);
    expect(unexplained).toEqual(
      sample === 'shop-prod' ? [{ table: expect.stringMatching(/^[0-9a-f]{32}$/) }, { table: 'bi_daily_sales' }] : [],
    );
  });

  test('lists every index that it names', async () => {
    const missing = await database.query(
      `SELECT index_name FROM "mendixsystem$index" WHERE to_regclass(quote_ident(index_name)) IS NULL`,
    );
    expect(missing).toEqual([]);
  });

  test('tells the concrete entity of each user and file by the id’s top 16 bits, with the sequence below its next block', async () => {
    for (const table of ['system$user', 'system$filedocument']) {
      const wrong = await database.query(`SELECT o.id FROM "${table}" o
        LEFT JOIN "mendixsystem$entityidentifier" i ON i.short_id = o.id >> 48
        LEFT JOIN "mendixsystem$entity" e ON e.id = i.id
        WHERE e.entity_name IS DISTINCT FROM o.submetaobjectname OR (o.id >> 7) & ((1::bigint << 41) - 1) >= i.object_sequence`);
      expect(wrong).toEqual([]);
    }
  });

  test('has the file documents of the sample’s bucket', async () => {
    const scale = sample === 'shop-acc' ? 1 : 100;
    const files = sampleFiles(sample, startOfDay(new Date())).filter((_, i) => i % scale === 0);
    const rows = await database.query('SELECT __uuid__ AS uuid, size::int FROM "system$filedocument" ORDER BY 1');
    const expected = files
      .filter((file) => file.in_database)
      .map((file) => ({ uuid: file.uuid, size: file.database_size }))
      .sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
    expect(rows).toEqual(expected);
  });

  test('has no reference to an object that is not there', async () => {
    const links = (await database.query(`SELECT a.table_name, a.child_column_name, child.table_name AS child
      FROM "mendixsystem$association" a JOIN "mendixsystem$entity" child ON child.id = a.child_entity_id
      WHERE to_regclass(quote_ident(a.table_name)) IS NOT NULL`)) as Record<string, string>[];
    expect(links.length).toBeGreaterThan(40);
    for (const { table_name, child_column_name, child } of links) {
      const dangling = await database.query(`SELECT 1 FROM "${table_name}" p WHERE "${child_column_name}" IS NOT NULL
        AND NOT EXISTS (SELECT FROM "${child}" WHERE id = p."${child_column_name}") LIMIT 1`);
      expect([table_name, child_column_name, dangling]).toEqual([table_name, child_column_name, []]);
    }
  });
});

describe('the sample app of today (shop-prod)', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    // Made here: what PostgreSQL counts of a table (its dead rows) does not come along with a copy.
    database = await freshDatabase();
    await connected(database.url, (client) => createSampleDatabase([client], 'shop-prod', 0.05));
  });
  afterAll(() => database.drop());

  test('has 8 modules in about 150 tables', async () => {
    const modules = await database.query(
      `SELECT DISTINCT split_part(entity_name, '.', 1) AS module FROM "mendixsystem$entity" ORDER BY 1`,
    );
    expect(modules.map(({ module }) => module)).toEqual([
      'Administration',
      'Billing',
      'Catalog',
      'Inventory',
      'Marketing',
      'Sales',
      'Shipping',
      'System',
    ]);
    expect((await database.query(TABLES)).length).toBeGreaterThan(140);
  });

  test('keeps references as columns (storage format 1) and sets as tables (2)', async () => {
    const formats =
      await database.query(`SELECT storage_format, parent_column_name = 'id' AS direct, count(*) > 10 AS many
      FROM "mendixsystem$association" GROUP BY 1, 2 ORDER BY 1`);
    expect(formats).toEqual([
      { storage_format: 1, direct: true, many: true },
      { storage_format: 2, direct: false, many: true },
    ]);
  });

  test('has users of all kinds, states and types', async () => {
    const [counts] = await database.query(`SELECT count(*)::int AS users,
      count(*) FILTER (WHERE isanonymous) > 0 AS anonymous, count(*) FILTER (WHERE webserviceuser) > 0 AS services,
      count(*) FILTER (WHERE blocked AND blockedsince IS NOT NULL) > 0 AS blocked,
      count(*) FILTER (WHERE NOT active) > 0 AS inactive, count(*) FILTER (WHERE lastlogin IS NULL) > 0 AS never,
      count(*) FILTER (WHERE submetaobjectname = 'Sales.SalesAgent') > 0 AS agents,
      count(*) FILTER (WHERE password NOT LIKE '{BCrypt}%') AS unhashed FROM "system$user"`);
    expect(counts).toEqual({
      ...{ users: 1250, anonymous: true, services: true, blocked: true, inactive: true, never: true },
      ...{ agents: true, unhashed: '0' },
    });
    const types = await database.query(`SELECT usertype, count(u."system$userid") > 0 AS some FROM "system$user"
      LEFT JOIN "system$userreportinfo_user" u ON u."system$userid" = id
      LEFT JOIN "system$userreportinfo" r ON r.id = u."system$userreportinfoid" GROUP BY 1 ORDER BY 1`);
    expect(types.map(({ usertype }) => usertype)).toEqual(['External', 'Internal', null]);
  });

  test('has e-mail addresses of example domains only', async () => {
    const others = await database.query(`SELECT email FROM "administration$account"
      WHERE email !~ '@(example\\.(com|org|net)|shop\\.example)$'`);
    expect(others).toEqual([]);
  });

  test('has sessions of users who are online now, and expired ones', async () => {
    const [sessions] =
      await database.query(`SELECT bool_or(lastactive > (now() AT TIME ZONE 'UTC') - interval '10 minutes') AS online,
      bool_or(lastactive < (now() AT TIME ZONE 'UTC') - interval '10 minutes') AS expired FROM "system$session"`);
    expect(sessions).toEqual({ online: true, expired: true });
  });

  test('notes its own count of named users', async () => {
    const [count] = await database.query(`SELECT value::int > 900 AS plausible FROM "mendixsystem$properties"
      WHERE key = 'Statistics.NamedUserCount'`);
    expect(count).toEqual({ plausible: true });
  });

  test('has a clearly largest table, dead rows, estimates, a name of 63 bytes and a partitioned table', async () => {
    const largest =
      await database.query(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      ORDER BY pg_total_relation_size(oid) DESC LIMIT 1`);
    expect(largest).toEqual([{ relname: 'sales$orderline' }]);
    const [names] = await database.query(`SELECT max(octet_length(relname))::int AS longest,
      count(*) FILTER (WHERE relkind = 'p')::int AS partitioned, count(*) FILTER (WHERE reltuples < 0 AND relkind = 'r')::int AS unknown
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`);
    expect(names).toEqual({ longest: 63, partitioned: 1, unknown: 0 });
    await expect
      .poll(() =>
        database.query(`SELECT n_dead_tup > 100 AS dead FROM pg_stat_user_tables WHERE relname = 'sales$order'`),
      )
      .toEqual([{ dead: true }]);
  });
});

describe('the older sample app (shop-acc)', () => {
  test('has 400 users, association tables only, and a catalog without the newer columns', async () => {
    const database = await freshDatabase('shop-acc');
    expect(await database.query('SELECT count(*)::int AS users FROM "system$user"')).toEqual([{ users: 400 }]);
    const newer = await database.query(`SELECT attname FROM pg_attribute WHERE attrelid IN
        ('"mendixsystem$association"'::regclass, '"mendixsystem$version"'::regclass, '"system$user"'::regclass)
      AND attname IN ('storage_format', 'parent_fkc_name', 'mendixversion', 'blockedsince')`);
    expect(newer).toEqual([]);
    const direct = await database.query(`SELECT DISTINCT association_name FROM "mendixsystem$association"
      WHERE parent_column_name = 'id' ORDER BY 1`);
    expect(direct).toEqual([{ association_name: 'System.changedBy' }, { association_name: 'System.owner' }]);
    await database.drop();
  });
});

describe('the second installation of the older app (pet-shop-prod)', () => {
  let petShop: TestDatabase;
  let acceptance: TestDatabase;
  beforeAll(async () => {
    petShop = await freshDatabase('pet-shop-prod', 1);
    acceptance = await freshDatabase('shop-acc');
  });
  afterAll(async () => {
    await petShop.drop();
    await acceptance.drop();
  });

  test('has 60 users and no built-in administrator, in name or in note; a person’s login differs from it in case only', async () => {
    const users = `SELECT count(*)::int AS users, count(*) FILTER (WHERE name = 'MxAdmin')::int AS administrators,
      count(*) FILTER (WHERE name = 'mxadmin' AND NOT isanonymous AND NOT webserviceuser)::int AS people FROM "system$user"`;
    expect(await petShop.query(users)).toEqual([{ users: 60, administrators: 0, people: 1 }]);
    expect(await petShop.query(`SELECT FROM "mendixsystem$properties" WHERE key = 'MxAdminUserName'`)).toEqual([]);
    expect(await acceptance.query(users)).toEqual([{ users: 400, administrators: 1, people: 1 }]);
  });

  test('has two logins that differ in case only', async () => {
    const pairs = `SELECT lower(name) AS name FROM "system$user" GROUP BY 1 HAVING count(*) > 1`;
    expect(await petShop.query(pairs)).toHaveLength(1);
  });

  test('has other people under the ids of acceptance’s', async () => {
    const people = async (database: TestDatabase) =>
      new Map((await database.query('SELECT id, name FROM "system$user"')).map(({ id, name }) => [id, name]));
    const [here, there] = [await people(petShop), await people(acceptance)];
    const shared = [...here].filter(([id]) => there.has(id));
    expect(shared.length).toBeGreaterThan(50);
    expect(shared.some(([id, name]) => there.get(id) !== name)).toBe(true);
    expect(shared.some(([id, name]) => there.get(id) === name)).toBe(true);
  });
});

describe('the generator', () => {
  test('makes the same rows of the same input', async () => {
    const now = new Date('2026-11-22T12:00:00Z');
    const prints = [];
    for (const _ of [1, 2]) {
      const database = await freshDatabase();
      await connected(database.url, (client) => createSampleDatabase([client], 'shop-acc', 0.2, now));
      prints.push(
        await database.query(`SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM (
          SELECT id, u::text AS t FROM "system$user" u UNION ALL SELECT id, o::text FROM "sales$orderline" o
          UNION ALL SELECT id, f::text FROM "system$filedocument" f) AS everything (id, t)`),
      );
      await database.drop();
    }
    expect(prints[0]).toEqual(prints[1]);
  });
});
