/** GET /storage_audit: the environment's bucket against its database. */
import { InvalidParameterError, NotOfferedError } from '../../errors.ts';
import type { Answer } from '../../exchange.ts';
import { type Fault, faultOf, partProblem } from '../../faults.ts';
import { type FileCatalog, type FileQueries, readFileCatalog } from '../../mendix/files/catalog.ts';
import { type FileFigures, fileFigures } from '../../mendix/files/figures.ts';
import type { AnswerOf } from '../../route.ts';
import type { Database } from '../../settings.ts';
import { audit, type Progress } from './audit.ts';
import type { AuditScope } from './audit-scope.ts';
import { costOf, reconciliationOf } from './figures.ts';
import { listKeys } from './key-list.ts';
import type { FileList } from './list-row.ts';
import type { AuditRequest, ListPosition, Position } from './position.ts';
import type { route } from './route.ts';
import { filesBucket, scopeOf } from './scope.ts';

type Body = AnswerOf<typeof route>;
export type AuditAnswer = Answer<Body, Position | ListPosition>;

/** What is asked of S3 and PostgreSQL. */
export interface Upstreams {
  databases: { on(database: Database): FileQueries };
  /** Lists, and counts with the request's inspection. @throws when nothing is known of the bucket */
  list: AuditScope['list'];
}

/** Files come and go all the time; but a whole audit of a large bucket is not asked for every minute. */
const MAX_AGE_S = 300;

/** What a request is about, checked. */
interface Subject {
  request: AuditRequest;
  database: Database;
  queries: FileQueries;
  upstreams: Upstreams;
}

/**
 * The figures of the database and the two sides compared; or, as asked, the figures alone or the keys of one class.
 *
 * One side that fails leaves the other: its figures are `null`, with the reason in `errors`. A list needs both.
 *
 * @throws InvalidParameterError, NotOfferedError; with `list` the errors of both upstreams
 */
export async function storageAudit(request: AuditRequest, upstreams: Upstreams): Promise<AuditAnswer> {
  const { parameters, environment } = request;
  const { database, buckets } = environment;
  if (database === undefined || buckets === undefined) throw new NotOfferedError('one of the two sides only');
  const subject = { request, database, queries: upstreams.databases.on(database), upstreams };
  const { list, files, older_than_hours, summary } = parameters;
  const idle = [
    ...(list !== undefined && files !== undefined ? ['files'] : []),
    ...(list !== undefined && summary === true ? ['summary'] : []),
    ...(files !== undefined && older_than_hours !== undefined ? ['older_than_hours'] : []),
  ];
  if (idle.length > 0) {
    throw new InvalidParameterError(idle.map((parameter) => ({ parameter, message: 'changes nothing here' })));
  }
  if (list !== undefined) return listAnswer(subject, list);
  return files === undefined ? auditAnswer(subject) : filesAnswer(subject);
}

/** The keys of one class. @throws the errors of either side */
async function listAnswer(subject: Subject, list: FileList): Promise<AuditAnswer> {
  const { request, database, queries, upstreams } = subject;
  const position = request.position !== null && 'after' in request.position ? request.position : null;
  const scope = scopeOf(request, upstreams.list, {
    queries,
    catalog: await readFileCatalog(queries, database.server),
    server: database.server,
  });
  const { rows, next, interruption } = await listKeys(list, request.limit, scope, position);
  const faults = new Faults();
  faults.add(interruption);
  return {
    body: {
      ...faults.body(request.environment.name, scope.as_of.toISOString()),
      list,
      keys: rows,
      complete: interruption === null,
    },
    next,
    positions: rows.map(({ key }) => ({ as_of: scope.as_of.toISOString(), after: key, width: next?.width ?? 1 })),
    as_of: scope.as_of.toISOString(),
    revision: JSON.stringify(rows),
    max_age: 0,
    faults: faults.list,
  };
}

/** The figures of the database alone. */
async function filesAnswer({ request, database, queries }: Subject): Promise<AuditAnswer> {
  const faults = new Faults();
  const files = await readFileCatalog(queries, database.server)
    .then((catalog) => fileFigures(queries, catalog))
    .catch((error: unknown) => faults.add(error));
  const as_of = files?.as_of ?? new Date().toISOString();
  const complete = files !== null;
  return {
    body: { ...faults.body(request.environment.name, as_of), source: 'postgresql', files, complete },
    next: null,
    as_of,
    revision: JSON.stringify(files),
    max_age: complete ? MAX_AGE_S : 0,
    faults: faults.list,
  };
}

/** Both, as far as the time lets. */
async function auditAnswer(subject: Subject): Promise<AuditAnswer> {
  const { request, database, queries } = subject;
  const faults = new Faults();
  const position = request.position !== null && 'totals' in request.position ? request.position : null;
  const catalog = await readFileCatalog(queries, database.server).catch((error: unknown) => faults.add(error));
  const side = catalog === null || position?.database === false ? null : { queries, catalog, server: database.server };
  const auditing = reconcile(subject, side, position, faults);
  // Behind the audit's first statement, whose answer S3 waits for; its time is not the listing's.
  const [audited, files] = await Promise.all([auditing, catalog === null ? null : figures(queries, catalog, faults)]);
  const as_of = audited?.scope.as_of.toISOString() ?? files?.as_of ?? new Date().toISOString();
  const complete = faults.list.length === 0 && audited !== null && audited.progress.next === null;
  const prefix = filesBucket(request.environment)?.prefix ?? null;
  const reconciliation =
    audited === null
      ? null
      : reconciliationOf(audited.scope, prefix, audited.progress.totals, audited.progress.next === null);
  return {
    body: {
      ...faults.body(request.environment.name, as_of),
      files,
      reconciliation,
      cost: reconciliation && costOf(reconciliation),
      complete,
    },
    next: audited?.progress.next ?? null,
    as_of,
    revision: JSON.stringify([files, reconciliation]),
    max_age: complete ? MAX_AGE_S : 0,
    faults: faults.list,
  };
}

function figures(queries: FileQueries, catalog: FileCatalog, faults: Faults): Promise<FileFigures | null> {
  return fileFigures(queries, catalog).catch((error: unknown) => faults.add(error));
}

/** Bucket against database; where the database cannot be asked, what the bucket tells alone; `null` without a bucket. */
async function reconcile(
  subject: Subject,
  side: AuditScope['database'],
  position: Position | null,
  faults: Faults,
): Promise<{ scope: AuditScope; progress: Progress } | null> {
  const { request, upstreams } = subject;
  try {
    const scope = scopeOf(request, upstreams.list, side);
    const progress = await audit(scope, position);
    faults.add(progress.interruption);
    return { scope, progress };
  } catch (error) {
    const isDatabases = faults.isDatabases(error);
    faults.add(error);
    return isDatabases && side !== null ? reconcile(subject, null, null, faults) : null;
  }
}

/** What failed, by side. */
class Faults {
  readonly list: Fault[] = [];
  readonly #errors: Body['errors'] = { database: null, bucket: null };

  /** @throws what is no upstream's fault: a bug must not hide in a part */
  add(error: unknown): null {
    if (error === null) return null;
    const fault = faultOf(error);
    const side = this.isDatabases(error) ? 'database' : 'bucket';
    if (this.#errors[side] === null) this.list.push(fault);
    this.#errors[side] ??= partProblem(error);
    return null;
  }

  isDatabases(error: unknown): boolean {
    return error instanceof Error && 'source' in error && error.source !== 's3';
  }

  /** The fields that every answer has, with nothing known. */
  body(environment: string, as_of: string): Body {
    return {
      environment,
      source: 'listing+postgresql',
      as_of,
      list: null,
      files: null,
      reconciliation: null,
      cost: null,
      errors: this.#errors,
    };
  }
}
