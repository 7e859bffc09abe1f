-- The database role of the MRT API: it reads a few columns of a Mendix database, and nothing else.
--
-- Run it in each Mendix database, as the owner of the app's tables (on RDS the master user, or a member of the owning
-- role):
--     psql "host=… dbname=… user=… sslmode=verify-full" --set ON_ERROR_STOP=1 --file database/mrt_reader.sql
-- Run it AGAIN AFTER EACH DEPLOYMENT of the app: the Mendix runtime drops and makes tables anew, and a new table has no
-- grants; PostgreSQL's default privileges cannot help, as they know no columns. It may be run at any time and as often
-- as one likes: all of it happens in one transaction or not at all.
--
-- It works on PostgreSQL 13 to 18 and with every catalog of Mendix 7 and later: it grants only columns that exist. In a
-- database that is no Mendix app it makes the role and grants no column; sizes of tables need no grant at all.
--
-- Why columns, one by one: Mendix keeps password hashes, session ids, tokens and file contents in the same tables as
-- what the API reads, and its catalog does not tell a hashed string from another, so that what is secret cannot be
-- recognised. Only what is listed below is granted; PostgreSQL itself refuses the rest.
--
-- Why no pg_monitor, pg_read_all_stats or the like: counters of tables (pg_stat_user_tables), sizes (pg_total_relation_size,
-- pg_database_size) and replication slots (pg_replication_slots) can be read by anybody who may connect, whereas those
-- roles would also show the texts of other users' statements, with the values in them.

BEGIN;

-- What may be read, in Mendix's words: entity, and columns of its table. Columns that a release does not have are skipped.
CREATE TEMPORARY TABLE mrt_entity_columns (entity_name text, columns text[]) ON COMMIT DROP;
INSERT INTO mrt_entity_columns VALUES
  -- not password, nor failedlogins, which would tell an attacker how far he is from a lock
  ('System.User', '{id, name, active, blocked, blockedsince, isanonymous, webserviceuser, lastlogin, createddate, submetaobjectname}'),
  ('System.UserRole', '{id, name}'),
  ('System.Language', '{id, code}'),
  -- not hash, which guards usertype against changes
  ('System.UserReportInfo', '{id, usertype}'),
  -- not sessionid, csrftoken, readonlyhashkey: with them a session can be taken over
  ('System.Session', '{id, lastactive}'),
  -- not contents; not name, which is often personal
  ('System.FileDocument', '{id, __uuid__, size, hascontents, createddate, submetaobjectname}'),
  ('System.UnreferencedFile', '{id, filekey, state}'),
  -- who a user is for the licence, in apps with the marketplace module UserCommons
  ('UserCommons.NamedUserIdentifier', '{id, value}');

-- Attributes of the account entities (all that specialize System.User) that hold a person's name and e-mail address:
-- FullName and Email of Administration.Account, which the modules SAML, OIDC SSO and LDAP fill by default too, DisplayName
-- and EmailAddress of MendixSSO.MendixSSOUser and of the user of AppCloudServices, which the starter apps of Mendix 8 and
-- 9 have (docs.mendix.com, pages "SAML", "OIDC SSO" and "Workflow Commons"). Entities of an app's own: add the attributes
-- that are configured for the environment's database as full_name_attributes and email_attributes.
CREATE TEMPORARY TABLE mrt_account_attributes (attribute_name text) ON COMMIT DROP;
INSERT INTO mrt_account_attributes VALUES ('FullName'), ('Email'), ('DisplayName'), ('EmailAddress');

-- Associations of the above. In newer apps some are a column of the parent's table, in older ones each is a table.
CREATE TEMPORARY TABLE mrt_associations (association_name text) ON COMMIT DROP;
INSERT INTO mrt_associations VALUES
  ('System.UserRoles'), ('System.User_Language'), ('System.UserReportInfo_User'), ('System.Session_User');

-- Mendix's own catalog; not attribute.default_value, which may hold anything.
CREATE TEMPORARY TABLE mrt_columns (table_name text, columns text[]) ON COMMIT DROP;
INSERT INTO mrt_columns VALUES
  ('mendixsystem$entity', '{id, entity_name, table_name, superentity_id, remote, remote_primary_key}'),
  ('mendixsystem$attribute', '{id, entity_id, attribute_name, column_name, type, length}'),
  ('mendixsystem$association', '{id, association_name, table_name, parent_entity_id, child_entity_id, parent_column_name, child_column_name, storage_format}'),
  ('mendixsystem$entityidentifier', '{id, short_id, object_sequence}'),
  ('mendixsystem$version', '{versionnumber, lastsyncdate, preanalysismigrationversionnumber, modelversionnumber, sprintrprojectname, mendixversion}'),
  ('mendixsystem$properties', '{key, value}');

-- 1. The role. It has no password: on RDS it logs in with an IAM token, which the role rds_iam stands for.
DO $role$
DECLARE
  excess text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mrt_reader') THEN
    CREATE ROLE mrt_reader LOGIN;
  END IF;
  SELECT string_agg(name, ', ') INTO excess
    FROM pg_roles, LATERAL (VALUES ('SUPERUSER', rolsuper), ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb),
      ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls)) AS attribute (name, given)
    WHERE rolname = 'mrt_reader' AND given;
  IF excess IS NOT NULL THEN
    RAISE EXCEPTION 'the role mrt_reader exists and may too much: %', excess;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam' AND NOT pg_has_role('mrt_reader', oid, 'MEMBER')) THEN
    GRANT rds_iam TO mrt_reader;
  END IF;
END
$role$;

-- 2. Its limits, for whatever goes wrong in a client: the API sets tighter ones for each request. They are the
-- session's defaults and no wall, which the missing grants are.
DO $limits$
BEGIN
  -- Somewhat more than all functions together open by default (limits.database_connections in the configuration: 48).
  ALTER ROLE mrt_reader CONNECTION LIMIT 60;
  ALTER ROLE mrt_reader SET default_transaction_read_only = on;
  -- The API's deadline is 25 s.
  ALTER ROLE mrt_reader SET statement_timeout = '30s';
  -- Whoever waits for a lock makes others wait behind it.
  ALTER ROLE mrt_reader SET lock_timeout = '2s';
  ALTER ROLE mrt_reader SET idle_in_transaction_session_timeout = '30s';
  IF current_setting('server_version_num')::integer >= 140000 THEN
    -- A function that Lambda froze and dropped never says goodbye.
    ALTER ROLE mrt_reader SET idle_session_timeout = '15min';
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    -- The owner of the tables need not be who made the role; but somebody must have set the limits.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mrt_reader' AND rolconnlimit > 0
      AND rolconfig @> '{default_transaction_read_only=on, statement_timeout=30s, lock_timeout=2s}') THEN
      RAISE EXCEPTION 'the limits of mrt_reader are not set, and % may not set them: run this file once as a user that may', current_user;
    END IF;
END
$limits$;

-- 3. The way in.
DO $connect$
BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO mrt_reader', current_database());
  IF NOT has_schema_privilege('mrt_reader', 'public', 'USAGE') THEN
    GRANT USAGE ON SCHEMA public TO mrt_reader;
  END IF;
END
$connect$;

-- 4. Where the app keeps what is listed above: tables by the catalog, as only the catalog knows their names.
DO $catalog$
BEGIN
  IF to_regclass('public."mendixsystem$entity"') IS NULL OR to_regclass('public."mendixsystem$association"') IS NULL
    OR to_regclass('public."mendixsystem$attribute"') IS NULL THEN
    RAISE NOTICE '% is not the database of a Mendix app: no column is granted', current_database();
    RETURN;
  END IF;

  INSERT INTO mrt_columns SELECT e.table_name, l.columns
    FROM mrt_entity_columns l JOIN public."mendixsystem$entity" e USING (entity_name);

  -- System.User has the same GUID in every app; the bound only ends the walk through a damaged catalog.
  INSERT INTO mrt_columns
    WITH RECURSIVE account AS (
      SELECT id, table_name, 0 AS depth FROM public."mendixsystem$entity"
        WHERE id = '282e2e60-88a5-469d-84a5-ba8d9151644f'
      UNION ALL
      SELECT e.id, e.table_name, account.depth + 1
        FROM public."mendixsystem$entity" e JOIN account ON e.superentity_id = account.id WHERE account.depth < 32
    )
    SELECT account.table_name, array_prepend('id', array_agg(a.column_name::text))
      FROM account JOIN public."mendixsystem$attribute" a ON a.entity_id = account.id
      WHERE account.depth > 0 AND a.type = 30 -- a string
        AND lower(a.attribute_name) IN (SELECT lower(attribute_name) FROM mrt_account_attributes)
      GROUP BY account.table_name;

  -- The licence's identifier may be tied to the user by an association of any name.
  INSERT INTO mrt_columns
    SELECT a.table_name, ARRAY[a.parent_column_name, a.child_column_name]
      FROM public."mendixsystem$association" a
      JOIN public."mendixsystem$entity" parent ON parent.id = a.parent_entity_id
      JOIN public."mendixsystem$entity" child ON child.id = a.child_entity_id
      WHERE a.association_name IN (SELECT association_name FROM mrt_associations)
        OR 'UserCommons.NamedUserIdentifier' IN (parent.entity_name, child.entity_name)
          AND '282e2e60-88a5-469d-84a5-ba8d9151644f' IN (parent.id, child.id);
END
$catalog$;

-- 5. The grants: first everything that an older run gave, or somebody by hand, is taken back.
DO $grants$
DECLARE
  item record;
BEGIN
  FOR item IN
    SELECT DISTINCT c.oid::regclass AS relation
      FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid
      CROSS JOIN LATERAL aclexplode(c.relacl || a.attacl) AS acl
      WHERE acl.grantee = 'mrt_reader'::regrole
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM mrt_reader', item.relation);
  END LOOP;

  FOR item IN
    SELECT c.oid::regclass AS relation, string_agg(DISTINCT quote_ident(a.attname), ', ') AS columns
      FROM mrt_columns l
      JOIN pg_class c ON c.relname = l.table_name AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY (l.columns) AND a.attnum > 0 AND NOT a.attisdropped
      GROUP BY c.oid
  LOOP
    EXECUTE format('GRANT SELECT (%s) ON %s TO mrt_reader', item.columns, item.relation);
  END LOOP;
END
$grants$;

-- 6. What this file cannot mend, it says: rights that come by way of PUBLIC or of another role.
DO $check$
DECLARE
  found text;
BEGIN
  SELECT string_agg(DISTINCT c.oid::regclass::text, ', ') INTO found
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN mrt_columns l ON n.nspname = 'public' AND l.table_name = c.relname AND a.attname = ANY (l.columns)
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND l.table_name IS NULL
      AND has_schema_privilege('mrt_reader', n.oid, 'USAGE')
      AND has_column_privilege('mrt_reader', c.oid, a.attnum, 'SELECT, INSERT, UPDATE');
  IF found IS NOT NULL THEN
    RAISE WARNING 'mrt_reader has rights beyond its own on: % (granted to PUBLIC or to a role that it is in)', found;
  END IF;
  IF has_schema_privilege('mrt_reader', 'public', 'CREATE') THEN
    RAISE WARNING 'everybody may make tables in the schema public; REVOKE CREATE ON SCHEMA public FROM PUBLIC ends that';
  END IF;
END
$check$;

COMMIT;
