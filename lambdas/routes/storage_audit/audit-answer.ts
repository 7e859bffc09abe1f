/** Bucket against database: what the two sides make together, as far as a request's time lets. */

import { type FileCatalog, type FileQueries, readFileCatalog } from '../../mendix/files/catalog.ts';
import { type FileFigures, fileFigures } from '../../mendix/files/figures.ts';
import { InventoryUnavailableError } from '../../upstream-errors.ts';
import { audit, type Progress } from './audit.ts';
import type { AuditScope } from './audit-scope.ts';
import { addAge, listingSide, type OpenedSide, openSide, sourceOf, waitingAnswer } from './bucket-side.ts';
import { costOf, hasUnconfirmed, reconciliationOf } from './figures.ts';
import type { AskedReport, Position } from './position.ts';
import { filesBucket, scopeOf } from './scope.ts';
import { Faults } from './sides.ts';
import { type AuditAnswer, MAX_AGE_S, type Subject } from './subject.ts';

/** Both, as far as the time lets. */
export async function auditAnswer(subject: Subject): Promise<AuditAnswer> {
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
    // A listing is not waited for, so that the audit's first statement is sent before this function has returned.
    const opened = listingSide(subject) ?? (await openSide(subject));
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
