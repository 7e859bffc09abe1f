/** GET /table_size: the tables of an environment, by size or another order, with what each takes and why. */

import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import { type Catalog, readCatalog } from '../../mendix/catalog.ts';
import { InvalidParameterError, NotOfferedError } from '../../request-errors.ts';
import type { AnswerOf, ParametersOf } from '../../route.ts';
import type { DatabaseConnection, Databases } from '../../upstreams/postgres/databases.ts';
import { RelationLockedError } from '../../upstreams/postgres/fault.ts';
import { arrange } from './arrangement.ts';
import { type DatabaseFacts, databaseBlock, readDatabaseFacts } from './database-facts.ts';
import { type FreeStorage, type FreeStorageFact, readFreeStorage } from './free-storage.ts';
import { type Growths, rankByGrowth } from './growth-ranking.ts';
import { requireKnownInCatalog, requireKnownTable } from './known-names.ts';
import { measure } from './measurement.ts';
import { type MissingPart, refusedPart } from './missing.ts';
import { type Position, rank } from './ranking.ts';
import type { route } from './route.ts';
import { answerRow, pickFields } from './row.ts';
import { needsCatalog, select } from './selection.ts';
import { summarize } from './summary.ts';

/** What the route asks; `handler.ts` gives it. */
export interface Upstreams {
  /** PostgreSQL. */
  databases: Databases;
  /** Newest `FreeStorageSpace` of a `DBInstanceIdentifier`. @throws what CloudWatch's fault is, `no-data` included */
  freeStorage(instance: string): Promise<FreeStorage>;
}

type Body = AnswerOf<typeof route>;
export type TableSizeRequest = EnvironmentRequest<ParametersOf<typeof route>, Position>;

/** Sizes change all the time; this only spares the database whoever keeps pressing "refresh". */
const MAX_AGE_SECONDS = 10;

/**
 * Answers a request; `growths` are what `order_by=growth` goes by. Steps: facts of the database, with what the server refuses; the ranking by the catalog; exact sizes
 * of what the page needs; the page; the names of its tables. Free storage is asked for beside all of it.
 *
 * @throws NotOfferedError, InvalidParameterError, UnknownNameError (`table`, `entity`, `module`), DatabaseUnavailableError,
 *   UpstreamFailedError, UpstreamTimeoutError: the latter also when Mendix's catalog is locked and the request cannot be answered without it (a summary, or a filter by entity, module
 *   or kind)
 */
export async function tableSizes(
  request: TableSizeRequest,
  upstreams: Upstreams,
  growths: Growths = null,
): Promise<Answer<Body, Position>> {
  const { database, name } = request.environment;
  if (database === undefined) throw new NotOfferedError('no database');
  refuseRowParametersOfSummary(request.parameters);
  const storage = readFreeStorage(database, upstreams.freeStorage);
  // Awaited last; what it throws must have an owner when the database throws first.
  storage.catch(() => undefined);
  const connection = upstreams.databases.on(database);
  const isSummary = request.parameters.summary === true;
  const facts = await readDatabaseFacts(connection, isSummary);
  const result = isSummary
    ? await summarize(request, connection, facts)
    : await onePage(request, connection, facts, growths);
  const free = await storage;
  const parts = missingParts(facts, result.catalog, free, database.server);
  return {
    body: {
      environment: name,
      source: 'postgresql',
      as_of: facts.as_of,
      database: databaseBlock(facts, result.catalog, result.totals, free),
      ...result.part,
      missing: parts.map(({ missing }) => missing),
      complete: parts.length === 0,
    },
    next: result.next,
    as_of: facts.as_of,
    max_age: MAX_AGE_SECONDS,
    faults: parts.map(({ fault }) => fault),
  };
}

/** A summary has no rows whose order or fields could be chosen. @throws InvalidParameterError */
function refuseRowParametersOfSummary({ summary, order_by, fields }: TableSizeRequest['parameters']): void {
  if (summary !== true) return;
  const faults = Object.entries({ order_by, fields })
    .filter(([, value]) => value !== undefined)
    .map(([parameter]) => ({ parameter, message: 'cannot be used with summary=true, which has no rows' }));
  if (faults.length > 0) throw new InvalidParameterError(faults);
}

/** Everything that belongs into this answer and is not there. @param catalog `null` when it was locked */
function missingParts(
  facts: DatabaseFacts,
  catalog: Catalog | null,
  free: FreeStorageFact,
  server: string,
): MissingPart[] {
  return [
    ...facts.missing,
    ...(facts.permissions.sizes ? [] : [refusedPart('sizes', server)]),
    ...(facts.permissions.counters ? [] : [refusedPart('counters', server)]),
    ...(catalog === null
      ? [{ missing: { what: 'catalog' as const, reason: 'locked' }, fault: { source: server, reason: 'locked' } }]
      : []),
    ...(free.missing === null ? [] : [free.missing]),
  ];
}

/** The part of the answer that a page has, and the sums for its `database` block. */
async function onePage(
  request: TableSizeRequest,
  connection: DatabaseConnection,
  facts: DatabaseFacts,
  growths: Growths,
) {
  const { parameters, position, limit } = request;
  const whole = needsCatalog(parameters) ? await readCatalog(connection, facts.shape, null) : undefined;
  if (whole !== undefined) requireKnownInCatalog(parameters, whole);
  const order = parameters.order_by ?? 'total_bytes';
  const selection = select(parameters, whole);
  const ranking =
    order === 'growth'
      ? await rankByGrowth(connection, facts.permissions, growths, selection, position, limit)
      : await rank(connection, facts.permissions, order, selection, position, limit);
  if (parameters.table !== undefined && ranking.candidates.length === 0) {
    await requireKnownTable(connection, parameters.table);
  }
  const measured = await measure(
    connection,
    facts.permissions,
    ranking.candidates.map(({ oid }) => oid),
  );
  const page = arrange(ranking, measured, order, position, limit);
  const rows = page.rows.filter((row) => row.total_bytes >= (parameters.min_bytes ?? 0));
  const names = rows.filter(({ schema }) => schema === 'public').map(({ table }) => table);
  const catalog = whole ?? (await unlessLocked(() => readCatalog(connection, facts.shape, names)));
  return {
    part: {
      tables: rows.map((row) => pickFields(answerRow(row, catalog, facts), parameters.fields)),
      order_certain: page.orderCertain,
    },
    totals: { ranking, measured },
    next: page.next,
    catalog,
  };
}

/** Sizes need no catalog: while a synchronisation of the app holds it, the tables are answered without their names. */
async function unlessLocked(read: () => Promise<Catalog>): Promise<Catalog | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RelationLockedError) return null;
    throw error;
  }
}
