/** Makes a sample database: schema, catalog, rows, indexes, statistics. */
import type { Client } from 'pg';
import { APPS, type SampleName } from './apps.ts';
import { bankStatements, isBank } from './banks.ts';
import { catalogRows } from './catalog.ts';
import { documentsOf } from './documents.ts';
import { layoutOf } from './layout.ts';
import { CHANGES, LEFTOVERS } from './leftovers.ts';
import { FRESH_SESSIONS, peopleOf, peopleSequences, peopleStatements, propertyStatements } from './people.ts';
import { FUNCTIONS, objectCounts, rowsByTable } from './rows.ts';
import { catalogStatements, foreignKeyStatements, indexStatements, tableStatements, tablesOf } from './schema.ts';

/** What a fill needs of a connection. */
export type Connection = Pick<Client, 'query'>;

/** Statements that belong together: one message, and so one transaction. */
type Step = readonly string[];

/**
 * Fills an empty database with a believable Mendix app: `shop-prod` as Mendix 10.24
 * lays it out (references as columns, 25,000 users, about 150 tables), `shop-acc` as 9.x does (association tables, an
 * older catalog, 400 users), `pet-shop-prod` as a small one of these (60 users). The same input gives the same rows, but
 * for times, which count back from `now`.
 *
 * @param connections logged in to the database; several fill side by side, each a table at a time
 * @param scale share of the rows, 0.01 to 1 and more; a test is well served by 0.01.
 */
export async function createSampleDatabase(
  connections: readonly Connection[],
  name: SampleName,
  scale = 1,
  now = new Date(),
): Promise<void> {
  const app = APPS[name];
  const layout = layoutOf(app);
  const base = `timestamp '${now.toISOString().slice(0, 19)}'`;
  const counts = objectCounts(layout, scale);
  const people = peopleOf(Math.round(app.users * scale));
  const documents = documentsOf(layout, name, scale, now);
  for (const [entity, count] of documents.counts) counts.set(entity, count);
  counts.set('Sales.SalesAgent', people.agents);
  counts.set(app.account, people.accounts);
  const byNumber = rowsByTable(layout, counts, base);
  const others = new Set([...tablesOf(layout)].filter((table) => !byNumber.has(table)));

  await Promise.all(connections.map((connection) => run(connection, FUNCTIONS)));
  await sideBySide(
    [
      // The users and the files, whose rows belong together: the longest step, so it comes first.
      [
        ...catalogStatements(layout),
        ...tableStatements(layout, others),
        ...peopleStatements(layout, people, base),
        FRESH_SESSIONS,
        ...documents.statements,
        ...catalogRows(layout, new Map([...counts, ...peopleSequences(people)]), now),
        ...propertyStatements(app),
        ...indexStatements(layout, others),
      ],
      // Then the largest table, so that none has to wait for a large one at the end. A table that is made by the transaction
      // that fills it has no write-ahead log of its rows (`wal_level` `minimal`).
      ...[...byNumber]
        .toSorted(([, one], [, other]) => other.rows - one.rows)
        .map(([table, { statements }]) => [
          ...tableStatements(layout, new Set([table])),
          ...statements,
          ...indexStatements(layout, new Set([table])),
        ]),
    ],
    connections,
  );
  const [first] = connections;
  if (first === undefined) throw new RangeError('a sample database is made by one connection or more');
  await run(first, [
    ...foreignKeyStatements(layout),
    ...(name === 'shop-prod' ? LEFTOVERS : []),
    ...(isBank(name) ? bankStatements(name) : []),
  ]);
  if (name === 'shop-prod') await run(first, CHANGES);
  await analyse(connections);
}

/**
 * PostgreSQL counts what a session changes when the session tells it, which it does once a second at most; an `ANALYZE` in
 * another session would be before it, and dead rows be counted twice. Before version 15 there is no telling at once.
 */
const TELL_COUNTS =
  'DO $$ BEGIN PERFORM pg_stat_force_next_flush(); EXCEPTION WHEN undefined_function THEN NULL; END $$';

/** Takes statistics of every table, the catalog's own too, as `ANALYZE` without a name does. */
async function analyse(connections: readonly Connection[]): Promise<void> {
  // A sample of 9,000 pages holds each of these tables whole; the default's is three times the work for the same figures.
  await Promise.all(
    connections.map((connection) => run(connection, [TELL_COUNTS, 'SET default_statistics_target = 30'])),
  );
  const tables = await connections[0]?.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND relpersistence <> 't'
     ORDER BY pg_relation_size(oid) DESC`,
  );
  const names = (tables?.rows ?? []).map(({ name }) => name);
  await Promise.all(
    connections.map((connection, turn) => {
      const dealt = names.filter((_, position) => position % connections.length === turn);
      return connection.query(`ANALYZE ${dealt.join(', ')}`);
    }),
  );
}

/** Runs the steps, each on the first connection that is free. */
async function sideBySide(steps: readonly Step[], connections: readonly Connection[]): Promise<void> {
  const left = steps.values();
  await Promise.all(
    connections.map(async (connection) => {
      for (const step of left) await run(connection, step);
    }),
  );
}

/** In one message: hundreds of statements would else be hundreds of round trips. */
async function run(connection: Connection, step: Step): Promise<void> {
  await connection.query(step.join(';\n'));
}
