/** GET /table_size: the tables of an environment, by size or another order, with what each takes and why. */
import { NotOfferedError } from '../../errors.ts';
import type { Answer, EnvironmentRequest } from '../../exchange.ts';
import { type Catalog, readCatalog } from '../../mendix/catalog.ts';
import type { AnswerOf, ParametersOf } from '../../route.ts';
import type { DatabaseConnection, Databases } from '../../upstreams/postgres/databases.ts';
import { RelationLockedError } from '../../upstreams/postgres/fault.ts';
import { arrange } from './arrangement.ts';
import { type DatabaseFacts, databaseBlock, readDatabaseFacts } from './database-facts.ts';
import { type FreeStorage, readFreeStorage } from './free-storage.ts';
import { measure } from './measurement.ts';
import { type Position, rank } from './ranking.ts';
import type { route } from './route.ts';
import { answerRow } from './row.ts';
import { needsCatalog, select } from './selection.ts';
import { summarize } from './summary.ts';

export interface Upstreams {
  databases: Databases;
  /** Newest `FreeStorageSpace` of a `DBInstanceIdentifier`. @throws what CloudWatch's fault is, `no-data` included */
  freeStorage(instance: string): Promise<FreeStorage>;
}

type Body = AnswerOf<typeof route>;
type TableSizeRequest = EnvironmentRequest<ParametersOf<typeof route>, Position>;

/** Sizes change all the time; this only spares the database whoever keeps pressing "refresh". */
const MAX_AGE_SECONDS = 10;

/**
 * @throws NotOfferedError, DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError: the latter also when
 *   Mendix's catalog is locked and the request cannot be answered without it (a summary, or a filter by entity, module
 *   or kind)
 */
export async function tableSizes(request: TableSizeRequest, upstreams: Upstreams): Promise<Answer<Body, Position>> {
  const { database, name } = request.environment;
  if (database === undefined) throw new NotOfferedError('no database');
  const storage = readFreeStorage(database, upstreams.freeStorage);
  const connection = upstreams.databases.on(database);
  const isSummary = request.parameters.summary === true;
  const facts = await readDatabaseFacts(connection, isSummary);
  const result = isSummary ? await summarize(request, connection, facts) : await onePage(request, connection, facts);
  const free = await storage;
  return {
    body: {
      environment: name,
      source: 'postgresql',
      as_of: facts.as_of,
      database: databaseBlock(facts, result.catalog, result.totals, free),
      ...result.part,
      complete: result.catalog !== null && free.fault === null,
    },
    next: result.next,
    as_of: facts.as_of,
    max_age: MAX_AGE_SECONDS,
    faults: free.fault === null ? [] : [free.fault],
  };
}

async function onePage(request: TableSizeRequest, connection: DatabaseConnection, facts: DatabaseFacts) {
  const { parameters, position, limit } = request;
  const whole = needsCatalog(parameters) ? await readCatalog(connection, facts.shape, null) : undefined;
  const order = parameters.order_by ?? 'total_bytes';
  const selection = select(parameters, whole);
  const ranking = await rank(connection, order, selection, position, limit);
  const measured = await measure(
    connection,
    ranking.candidates.map(({ oid }) => oid),
  );
  const page = arrange(ranking, measured, order, position, limit);
  const rows = page.rows.filter((row) => row.total_bytes >= (parameters.min_bytes ?? 0));
  const names = rows.filter(({ schema }) => schema === 'public').map(({ table }) => table);
  const catalog = whole ?? (await unlessLocked(() => readCatalog(connection, facts.shape, names)));
  return {
    part: { tables: rows.map((row) => answerRow(row, catalog, facts)), order_certain: page.orderCertain },
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
