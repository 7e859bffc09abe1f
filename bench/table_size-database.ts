/** A database with many tables, of which few are large, and Mendix's catalog of them. */
import type { Client } from 'pg';

/** Every tenth table has rows; the sizes fall off as those of apps do. */
const FILL = `
  CREATE TABLE "mendixsystem$entity" (id varchar(36) PRIMARY KEY, entity_name varchar(511), table_name varchar(255),
    superentity_id varchar(255));
  CREATE TABLE "mendixsystem$association" (id varchar(36) PRIMARY KEY, association_name varchar(511),
    table_name varchar(255), parent_column_name varchar(255));
  CREATE PROCEDURE fill(tables int) LANGUAGE plpgsql AS $$
  DECLARE name text;
  BEGIN
    FOR i IN 1..tables LOOP
      name := 'module' || (i % 40) || '$entity' || i;
      EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, name varchar(200), body text)', name);
      EXECUTE format('INSERT INTO %I SELECT g, repeat(''x'', 40) FROM generate_series(1, %s) g', name,
        CASE WHEN i % 10 = 0 THEN 20000 / (i / 10 + 1) + 50 ELSE i % 7 * 10 END);
      INSERT INTO "mendixsystem$entity" VALUES (i::text, 'Module' || (i % 40) || '.Entity' || i, name);
      IF i % 500 = 0 THEN COMMIT; END IF;
    END LOOP;
  END $$`;

/** Makes so many tables in the empty database that `client` is logged in to. */
export async function fillWithTables(client: Client, tables: number): Promise<void> {
  await client.query(FILL);
  await client.query('CALL fill($1)', [tables]);
  await client.query('VACUUM ANALYZE');
}
