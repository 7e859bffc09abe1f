/**
 * The users of a sample app with everything round them: roles, languages, sessions, account, report info.
 * All invented, under example domains. Shares are those of a shop with customers and staff.
 */
import { escapeIdentifier as quoted } from 'pg';
import { entityOf, type Layout, tableName } from './layout.ts';
import type { App } from './model.ts';

/** Users of each kind; the three kinds of `System.User` itself come first. */
export interface People {
  services: number;
  anonymous: number;
  agents: number;
  accounts: number;
}

const AGENT = 'Sales.SalesAgent';

/** How many of each kind an app with so many users has; the administrator, or a service in their place, is one more. */
export function peopleOf(users: number): People {
  const services = Math.max(2, Math.round(users / 2500));
  const anonymous = Math.max(3, Math.round(users * 0.016));
  const agents = Math.max(2, Math.round(users * 0.012));
  return { services, anonymous, agents, accounts: Math.max(5, users - 1 - services - anonymous - agents) };
}

/** The highest sequence number in ids of each entity that is filled here, beside the account's own. */
export function peopleSequences({ services, anonymous, agents, accounts }: People): Map<string, number> {
  const own = 1 + services + anonymous;
  const byPerson = ['Session', 'TokenInformation', 'UserReportInfo'].map((name): [string, number] => [
    `System.${name}`,
    own + agents + accounts,
  ]);
  return new Map([
    ...byPerson,
    ['System.User', own],
    ['System.UserRole', ROLES.length],
    ['System.Language', LANGUAGES.length],
    ['System.TimeZone', TIME_ZONES.length],
  ]);
}

export const ROLES = [
  ['Administrator', 'Runs the application'],
  ['SalesManager', 'Approves quotations and discounts'],
  ['SalesAgent', 'Enters orders for customers'],
  ['CustomerService', 'Answers questions, handles returns'],
  ['WarehouseOperator', 'Books stock and packs shipments'],
  ['Accountant', 'Invoices and payments'],
  ['Customer', 'Sees own orders'],
  ['Anonymous', 'Browses the catalog'],
  ['Integration', 'Other systems'],
] as const;

const LANGUAGES = [
  ['en_US', 'English, United States'],
  ['nl_NL', 'Dutch, Netherlands'],
  ['de_DE', 'German, Germany'],
] as const;

const TIME_ZONES = [
  ['Europe/Amsterdam', '(GMT+01:00) Amsterdam', 3_600_000],
  ['Europe/London', '(GMT) London', 0],
  ['Asia/Kolkata', '(GMT+05:30) Kolkata', 19_800_000],
] as const;

const FIRST =
  'Anna Bram Carla Daan Elif Finn Greta Hugo Ines Jonas Katja Lars Mila Noor Otto Petra Quinten Rosa Sami Tess Ulla Victor Wim Xenia Yusuf Zoe Amir Britt Chloe Dirk Emma Farid Gijs Hanna Ivo Jasmin Koen Lotte Milan Nina';
const LAST =
  'Jansen Smit Visser Bakker Mulder Peters Hendriks Dekker Brouwer Vos Schmidt Weber Fischer Wagner Becker Hoffmann Koch Richter Klein Wolf Dubois Lambert Moreau Girard Fontaine Janssens Maes Claes Wouters Goossens Nielsen Hansen Larsen Olsen Berg Lund Holm Dahl Strand Moen';

/** Fills everything about users. `base` is the SQL of the time that counts as now. */
export function peopleStatements(layout: Layout, people: People, base: string): string[] {
  const ownUsers = 1 + people.services + people.anonymous;
  const total = ownUsers + people.agents + people.accounts;
  const short = (name: string) => entityOf(layout.entities, name).shortId;
  const { account, generation } = layout.app;
  const mixed = (salt: number) => `pg_temp.mixed(i, ${salt})`;
  const pick = (words: string, by: string) =>
    `(ARRAY['${words.split(' ').join("','")}'])[1 + (${by}) % ${words.split(' ').length}]`;
  const id = (name: string, sequence = 'i') => `pg_temp.mendix_id(${short(name)}, ${sequence})`;
  const list = (rows: readonly (readonly (string | number)[])[]) =>
    rows
      .map((row, i) => `(${[i + 1, ...row.map((each) => (typeof each === 'number' ? each : `'${each}'`))].join(', ')})`)
      .join(', ');
  return [
    `CREATE TEMP TABLE person ON COMMIT DROP AS
       SELECT i, kind, CASE kind WHEN 'agent' THEN ${id(AGENT, `i - ${ownUsers}`)}
           WHEN 'account' THEN ${id(account, `i - ${ownUsers + people.agents}`)} ELSE ${id('System.User')} END AS id,
         CASE kind WHEN 'agent' THEN '${AGENT}' WHEN 'account' THEN '${account}' ELSE 'System.User' END AS entity,
         first || ' ' || last AS full_name, lower(first || '.' || last) || CASE WHEN i > 1600 THEN (i / 1600)::text ELSE '' END
           || '@' || CASE WHEN kind = 'agent' OR ${mixed(3)} % 100 < 30 THEN 'shop.example' ELSE ${pick('example.com example.org example.net', mixed(4))} END AS email,
         CASE WHEN kind = 'agent' THEN 3 WHEN ${mixed(3)} % 100 < 30 THEN (ARRAY[1, 2, 4, 4, 5, 5, 5, 6])[1 + ${mixed(5)} % 8] ELSE 7 END AS role,
         ${mixed(6)} % 100 >= 12 OR kind NOT IN ('account', 'agent') AS active,
         kind = 'account' AND ${mixed(7)} % 1000 < 11 AS blocked,
         ${base} - make_interval(secs => (60 + (${mixed(8)} / 16777216.0) ^ 3 * 52000000)::integer) AS last_login,
         kind = 'service' OR ${mixed(9)} % 100 < 7 AS never, ${mixed(10)} AS chance
       FROM (SELECT i, CASE WHEN i = 1 THEN '${layout.app.administrator === 'none' ? 'service' : 'admin'}' WHEN i <= ${1 + people.services} THEN 'service' WHEN i <= ${ownUsers} THEN 'anonymous'
           WHEN i <= ${ownUsers + people.agents} THEN 'agent' ELSE 'account' END AS kind,
         ${pick(FIRST, 'i')} AS first, ${pick(LAST, 'i / 40')} AS last FROM generate_series(1, ${total}) AS i) AS names`,
    `INSERT INTO "system$user" (id, name, password, lastlogin, blocked${generation.blockedSince ? ', blockedsince' : ''}, active, failedlogins,
         webserviceuser, isanonymous, createddate, changeddate, submetaobjectname, "system$owner", "system$changedby")
       SELECT id, CASE kind WHEN 'admin' THEN 'MxAdmin' WHEN 'service' THEN 'svc-' || ${pick('erp webshop carrier bank crm', 'i')} || '-' || i
           WHEN 'anonymous' THEN 'Anonymous_' || md5('anonymous' || i)::uuid
           ELSE CASE WHEN chance % 10 < 3 THEN split_part(email, '@', 1) || '.' || i ELSE email END END,
         '{BCrypt}$2a$10$' || left(translate(md5('a' || i) || md5('b' || i), '-', '.'), 53), CASE WHEN NOT never THEN last_login END, blocked,
         ${generation.blockedSince ? `CASE WHEN blocked THEN ${base} - make_interval(hours => (chance % 400)::integer) END,` : ''}
         active, CASE WHEN blocked THEN 3 ELSE 0 END, kind = 'service', kind = 'anonymous',
         last_login - make_interval(days => (1 + chance % 700)::integer), last_login, entity, NULL, NULL FROM person`,
    `INSERT INTO ${quoted(tableName(account))} (id, fullname, email, ${account.startsWith('Administration') ? 'islocaluser' : 'department'}, submetaobjectname)
       SELECT id, full_name, email, ${account.startsWith('Administration') ? 'true' : pick('Sales Service Finance Logistics', 'i')}, entity
       FROM person WHERE kind IN ('account', 'agent')`,
    `INSERT INTO "sales$salesagent" (id, agentcode, commissionrate) SELECT id, 'AG' || i, (chance % 800) / 100.0 FROM person WHERE kind = 'agent'`,
    `INSERT INTO "system$userrole" SELECT ${id('System.UserRole')}, md5('role' || name)::uuid, name, description
       FROM (VALUES ${list(ROLES)}) AS r (i, name, description)`,
    `INSERT INTO "system$grantableroles" SELECT ${id('System.UserRole', '1')}, ${id('System.UserRole')} FROM generate_series(2, 7) AS i`,
    `INSERT INTO "system$userroles" SELECT id, ${id('System.UserRole', "CASE kind WHEN 'admin' THEN 1 WHEN 'anonymous' THEN 8 WHEN 'service' THEN 9 ELSE role END")} FROM person`,
    `INSERT INTO "system$userroles" SELECT id, ${id('System.UserRole', '4')} FROM person WHERE role < 4 AND kind IN ('account', 'agent') AND chance % 3 = 0`,
    `INSERT INTO "system$language" SELECT ${id('System.Language')}, code, description FROM (VALUES ${list(LANGUAGES)}) AS l (i, code, description)`,
    `INSERT INTO "system$timezone" SELECT ${id('System.TimeZone')}, code, description, rawoffset FROM (VALUES ${list(TIME_ZONES)}) AS z (i, code, description, rawoffset)`,
    `INSERT INTO "system$user_language" SELECT id, ${id('System.Language', '(ARRAY[1, 1, 2, 3])[1 + chance % 4]')} FROM person WHERE kind <> 'service' AND chance % 20 > 0`,
    `INSERT INTO "system$user_timezone" SELECT id, ${id('System.TimeZone', '(ARRAY[1, 1, 1, 2, 3])[1 + chance % 5]')} FROM person WHERE kind IN ('account', 'agent')`,
    `INSERT INTO "system$userreportinfo" SELECT ${id('System.UserReportInfo')}, CASE WHEN role = 7 THEN 'External' ELSE 'Internal' END, md5('report' || i) || md5('info' || i)
       FROM person WHERE kind IN ('account', 'agent') AND chance % 100 < 85`,
    `INSERT INTO "system$userreportinfo_user" SELECT ${id('System.UserReportInfo')}, id FROM person WHERE kind IN ('account', 'agent') AND chance % 100 < 85`,
    `INSERT INTO "system$tokeninformation" SELECT ${id('System.TokenInformation')}, md5('token' || i) || md5('t' || i), ${base} + interval '3 days', 'Mozilla/5.0 (Sample)' FROM person WHERE chance % 12 = 1`,
    `INSERT INTO "system$tokeninformation_user" SELECT ${id('System.TokenInformation')}, id FROM person WHERE chance % 12 = 1`,
    `INSERT INTO "system$session" SELECT ${id('System.Session')}, md5('session' || i)::uuid, md5('csrf' || i)::uuid, ${base}, false, md5('read' || i)::uuid, ${base}, ${base} - interval '20 minutes'
       FROM person WHERE ${SESSION}`,
    ...(layout.entities.has('UserCommons.NamedUserIdentifier')
      ? namedUserIdentifiers(id('UserCommons.NamedUserIdentifier'))
      : []),
    `INSERT INTO "system$session_user" SELECT ${id('System.Session')}, id FROM person WHERE ${SESSION}`,
    ...(layout.app.untidyLogins ? untidyLogins(ownUsers + people.agents) : []),
  ];
}

/**
 * Logins as life has them: beginning with an @, with a name after it that is no domain, of one letter, with signs of
 * several kinds, like the administrator's but for its case, and like the neighbour's but for its case. `before`: how
 * many users come before the first account.
 */
function untidyLogins(before: number): string[] {
  const logins = ['@jan.smit', 'acme@jan.smit', 'x', "O'Brien, Zoë <zoe@example.com>", 'mxadmin'];
  return [
    `UPDATE "system$user" SET name = o.login FROM person p JOIN (VALUES ${logins.map((login, i) => `(${before + 1 + i}, '${login.replaceAll("'", "''")}')`).join(', ')}) AS o (i, login)
       ON o.i = p.i WHERE p.id = "system$user".id AND p.kind = 'account'`,
    `UPDATE "system$user" SET name = upper(n.name) FROM person p, person q, "system$user" n
       WHERE p.i = ${before + 1 + logins.length} AND q.i = p.i + 1 AND n.id = q.id AND "system$user".id = p.id AND p.kind = 'account'`,
  ];
}

/** Every fifth user is known to the licence by the e-mail address, not by the login. */
function namedUserIdentifiers(id: string): string[] {
  const who = "FROM person WHERE kind = 'account' AND chance % 5 = 0";
  return [
    `INSERT INTO "usercommons$nameduseridentifier" SELECT ${id}, lower(email) ${who}`,
    `INSERT INTO "usercommons$nameduseridentifier_user" SELECT ${id}, id ${who}`,
  ];
}

/** Who has a session: about 1.5 % of the users, some of the anonymous among them, and in a small sample somebody. */
const SESSION = `active AND kind <> 'service' AND (chance % 64 = 0 OR kind = 'admin' OR (kind = 'anonymous' AND chance % 4 = 0))`;

/**
 * Moves the sessions to the present: two thirds were active within five minutes, the others expired without having
 * been cleaned up yet. A sample that was filled yesterday is so believable today.
 */
export const FRESH_SESSIONS = `UPDATE "system$session" SET lastactionexecution = recent.at, createddate = recent.at - interval '25 minutes', lastactive = recent.at
  FROM (SELECT id, (now() AT TIME ZONE 'UTC') - CASE WHEN (id >> 7) % 3 = 0 THEN make_interval(mins => 15 + ((id >> 7) % 200)::integer)
    ELSE make_interval(secs => ((id >> 7) % 290)::integer) END AS at FROM "system$session") AS recent WHERE recent.id = "system$session".id`;

/** What the runtime itself notes about the app, its own counts among it. */
export function propertyStatements(app: App): string[] {
  return [
    `INSERT INTO "mendixsystem$properties" VALUES ('Mendix.Runtime.DeploymentID', '638941562870114207'),
       ('oldFileMigrationCompleted', 'true'), ('DefaultProcessedTaskCleanupAge', '604800000')`,
    ...(app.administrator === 'named'
      ? [`INSERT INTO "mendixsystem$properties" VALUES ('MxAdminUserName', 'MxAdmin')`]
      : []),
    `INSERT INTO "mendixsystem$properties" SELECT 'Statistics.NamedUserCount', count(*) FROM "system$user" WHERE active AND NOT isanonymous AND NOT webserviceuser`,
    `INSERT INTO "mendixsystem$properties" SELECT 'Statistics.' || CASE WHEN isanonymous THEN 'Anonymous' ELSE 'Named' END || 'UserSessionCount', count(*)
       FROM "system$session_user" JOIN "system$user" u ON u.id = "system$userid" GROUP BY isanonymous`,
  ];
}
