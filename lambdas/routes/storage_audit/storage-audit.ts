/** GET /storage_audit: the environment's bucket against its database. */
import { InvalidParameterError, InventoryUnavailableError, NotOfferedError } from '../../errors.ts';
import type { Answer } from '../../exchange.ts';
import { type FileCatalog, type FileQueries, readFileCatalog } from '../../mendix/files/catalog.ts';
import { type FileFigures, fileFigures } from '../../mendix/files/figures.ts';
import type { AnswerOf } from '../../route.ts';
import type { Database, Reader } from '../../settings.ts';
import { audit, type Progress } from './audit.ts';
import type { AuditScope } from './audit-scope.ts';
import { costOf, hasUnconfirmed, reconciliationOf } from './figures.ts';
import { listKeys } from './key-list.ts';
import type { FileList } from './list-row.ts';
import type { AskedReport, AuditRequest, ListPosition, Position, WaitingPosition } from './position.ts';
import type { InventorySource } from './report-side.ts';
import type { route } from './route.ts';
import { type BucketSide, filesBucket, scopeOf } from './scope.ts';
import { Faults } from './sides.ts';

type Body = AnswerOf<typeof route>;
export type AuditAnswer = Answer<Body, Position | ListPosition | WaitingPosition>;

/** What is asked of S3 and PostgreSQL. */
export interface Upstreams {
  databases: { on(database: Database): FileQueries };
  /** Lists, and counts with the request's inspection. @throws when nothing is known of the bucket */
  list: AuditScope['list'];
  /** For `source=inventory`. Left out in a stage without `inventory`. */
  inventory?: (reader: Reader | undefined) => Promise<InventorySource>;
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
  const { list, files, older_than_hours, summary, source } = parameters;
  const idle = [
    ...(list !== undefined && files !== undefined ? ['files'] : []),
    ...(list !== undefined && summary === true ? ['summary'] : []),
    ...(files !== undefined && older_than_hours !== undefined ? ['older_than_hours'] : []),
    ...(files !== undefined && source !== undefined ? ['source'] : []),
  ];
  if (idle.length > 0) {
    throw new InvalidParameterError(idle.map((parameter) => ({ parameter, message: 'changes nothing here' })));
  }
  if (list !== undefined) return listAnswer(subject, list);
  return files === undefined ? auditAnswer(subject) : filesAnswer(subject);
}

/** The keys of one class. @throws the errors of either side */
async function listAnswer(subject: Subject, list: FileList): Promise<AuditAnswer> {
  const { request, database, queries } = subject;
  const position = request.position !== null && 'after' in request.position ? request.position : null;
  const faults = new Faults();
  const opened = await openSide(subject);
  const { report, side } = opened;
  if (side === null) return waitingAnswer(subject, { list, keys: [] }, opened, faults);
  const catalog = await readFileCatalog(queries, database.server);
  const scope = scopeOf(request, side, { queries, catalog, server: database.server });
  const { rows, next, interruption } = await listKeys(list, request.limit, scope, position);
  faults.add(interruption);
  addAge(report, faults);
  const as_of = scope.as_of.toISOString();
  const ofReport = report && { report };
  return {
    body: {
      ...faults.body(request.environment.name, sourceOf(request), as_of),
      list,
      keys: rows,
      complete: faults.list.length === 0,
    },
    next: next && { ...next, ...ofReport },
    positions: rows.map(({ key }) => ({ as_of, after: key, width: next?.width ?? 1, ...ofReport })),
    as_of,
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
    body: { ...faults.body(request.environment.name, 'postgresql', as_of), files, complete },
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
  if (audited !== null && 'waiting' in audited) return waitingAnswer(subject, { files }, audited.waiting, faults);
  const as_of = audited?.scope.as_of.toISOString() ?? files?.as_of ?? new Date().toISOString();
  const prefix = filesBucket(request.environment)?.prefix ?? null;
  const reconciliation =
    audited === null
      ? null
      : reconciliationOf(audited.scope, prefix, audited.progress.totals, audited.progress.next === null);
  if (reconciliation?.report && hasUnconfirmed(reconciliation.report)) {
    faults.add(new InventoryUnavailableError('unconfirmed'));
  }
  const complete = faults.list.length === 0 && audited !== null && audited.progress.next === null;
  const next = audited?.progress.next ?? null;
  return {
    body: {
      ...faults.body(request.environment.name, sourceOf(request), as_of),
      files,
      reconciliation,
      cost: reconciliation && costOf(reconciliation),
      complete,
    },
    next: next && { ...next, ...(audited?.report && { report: audited.report }) },
    as_of,
    revision: JSON.stringify([files, reconciliation]),
    max_age: complete ? MAX_AGE_S : 0,
    faults: faults.list,
  };
}

/** While Athena has not given the keys: nothing is known of the bucket, and the cursor waits on. */
function waitingAnswer(
  { request }: Subject,
  known: Partial<Body>,
  { report }: OpenedSide,
  faults: Faults,
): AuditAnswer {
  const as_of = report?.as_of ?? new Date().toISOString();
  return {
    body: { ...faults.body(request.environment.name, sourceOf(request), as_of), ...known, complete: false },
    next: report && { report },
    as_of,
    revision: JSON.stringify(known),
    max_age: 0,
    faults: faults.list,
  };
}

function figures(queries: FileQueries, catalog: FileCatalog, faults: Faults): Promise<FileFigures | null> {
  return fileFigures(queries, catalog).catch((error: unknown) => faults.add(error));
}

/** What an audit came to, or what it waits for. */
type Reconciled = { scope: AuditScope; progress: Progress; report: AskedReport | null } | { waiting: OpenedSide };

/** Bucket against database; where the database cannot be asked, what the bucket tells alone; `null` without a bucket. */
async function reconcile(
  subject: Subject,
  database: AuditScope['database'],
  position: Position | null,
  faults: Faults,
): Promise<Reconciled | null> {
  try {
    const opened = await openSide(subject);
    if (opened.side === null) return { waiting: opened };
    const scope = scopeOf(subject.request, opened.side, database);
    const progress = await audit(scope, position);
    faults.add(progress.interruption);
    addAge(opened.report, faults);
    return { scope, progress, report: opened.report };
  } catch (error) {
    const isDatabases = faults.isDatabases(error);
    faults.add(error);
    return isDatabases && database !== null ? reconcile(subject, null, null, faults) : null;
  }
}

/** The bucket's side; `side` is `null` while Athena has not given its keys. */
interface OpenedSide {
  report: AskedReport | null;
  side: BucketSide | null;
}

/** As the request names it. @throws what S3 and Athena throw */
async function openSide({ request, upstreams }: Subject): Promise<OpenedSide> {
  const { parameters, position, environment, deadline } = request;
  if (parameters.source !== 'inventory') {
    const began = position !== null && 'as_of' in position ? new Date(position.as_of) : new Date();
    return { report: null, side: { began, list: upstreams.list, report: null } };
  }
  const bucket = filesBucket(environment);
  if (bucket === null) throw new NotOfferedError('no bucket of file documents');
  const source = process.env['MRT_WITH_INVENTORY'] === 'off' ? undefined : await upstreams.inventory?.(bucket.reader);
  if (process.env['MRT_WITH_INVENTORY'] === 'off' || source === undefined) {
    throw new InventoryUnavailableError('not-configured');
  }
  const { openReport } = await import('./report-side.ts');
  return openReport(bucket, position?.report ?? null, source, deadline);
}

function sourceOf({ parameters }: AuditRequest): Body['source'] {
  return parameters.source === 'inventory' ? 'inventory+postgresql' : 'listing+postgresql';
}

/** A report that a newer one should have followed is told as that. */
function addAge(report: AskedReport | null, faults: Faults): void {
  if (report?.old) faults.add(new InventoryUnavailableError('old'));
}
