/** Makes a sample database: schema, catalog, rows, indexes, statistics. */
import type { Client } from 'pg';
import { APPS, type SampleName } from './apps.ts';
import { bankStatements, isBank } from './banks.ts';
import { catalogRows } from './catalog.ts';
import { documentsOf } from './documents.ts';
import { layoutOf } from './layout.ts';
import { CHANGES, LEFTOVERS } from './leftovers.ts';
import { FRESH_SESSIONS, peopleOf, peopleSequences, peopleStatements, propertyStatements } from './people.ts';
import { FUNCTIONS, objectCounts, rowStatements } from './rows.ts';
import { catalogStatements, indexStatements, tableStatements } from './schema.ts';

/** What a fill needs of a connection. */
export type Connection = Pick<Client, 'query'>;

/**
 * Fills the empty database that `connection` is logged in to with a believable Mendix app: `shop-prod` as Mendix 10.24
 * lays it out (references as columns, 25,000 users, about 150 tables), `shop-acc` as 9.x does (association tables, an
 * older catalog, 400 users), `pet-shop-prod` as a small one of these (60 users). The same input gives the same rows, but for times, which count back from `now`.
 *
 * @param scale share of the rows, 0.01 to 1 and more; a test is well served by 0.01.
 */
export async function createSampleDatabase(
  connection: Connection,
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
  await run(connection, [
    'BEGIN',
    ...FUNCTIONS,
    ...catalogStatements(layout),
    ...tableStatements(layout),
    ...peopleStatements(layout, people, base),
    FRESH_SESSIONS,
    ...documents.statements,
    ...rowStatements(layout, counts, base),
    ...catalogRows(layout, new Map([...counts, ...peopleSequences(people)]), now),
    ...propertyStatements(app),
    ...indexStatements(layout),
    ...(name === 'shop-prod' ? LEFTOVERS : []),
    ...(isBank(name) ? bankStatements(name) : []),
    'COMMIT',
  ]);
  if (name === 'shop-prod') await run(connection, CHANGES);
  // A sample of 9,000 pages holds each of these tables whole; the default's is three times the work for the same figures.
  await run(connection, ['SET default_statistics_target = 30', 'ANALYZE']);
}

/** All in one message: hundreds of statements would else be hundreds of round trips. */
async function run(connection: Connection, statements: readonly string[]): Promise<void> {
  await connection.query(statements.join(';\n'));
}
