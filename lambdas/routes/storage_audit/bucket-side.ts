/** The bucket's side as a request names it: a listing, or S3's own report, whose keys Athena may not have given yet. */

import { NotOfferedError } from '../../request-errors.ts';
import { InventoryUnavailableError } from '../../upstream-errors.ts';
import type { AskedReport, AuditRequest } from './position.ts';
import { type BucketSide, filesBucket } from './scope.ts';
import type { Faults } from './sides.ts';
import type { AuditAnswer, Body, Subject } from './subject.ts';

/** The bucket's side; `side` is `null` while Athena has not given its keys. */
export interface OpenedSide {
  report: AskedReport | null;
  side: BucketSide | null;
}

/** As the request names it. @throws what S3 and Athena throw */
export async function openSide(subject: Subject): Promise<OpenedSide> {
  return listingSide(subject) ?? (await reportSide(subject));
}

/** A listing, which nothing has to be asked for first; `null` where the request names a report. */
export function listingSide({ request: { parameters, position }, upstreams }: Subject): OpenedSide | null {
  if (parameters.source === 'inventory') return null;
  const began = position !== null && 'as_of' in position ? new Date(position.as_of) : new Date();
  return { report: null, side: { began, list: upstreams.list, report: null } };
}

async function reportSide({ request, upstreams }: Subject): Promise<OpenedSide> {
  const { position, environment, deadline } = request;
  const bucket = filesBucket(environment);
  if (bucket === null) throw new NotOfferedError('no bucket of file documents');
  const source = process.env['MRT_WITH_INVENTORY'] === 'off' ? undefined : await upstreams.inventory?.(bucket.reader);
  if (process.env['MRT_WITH_INVENTORY'] === 'off' || source === undefined) {
    throw new InventoryUnavailableError('not-configured');
  }
  const { openReport } = await import('./report-side.ts');
  return openReport(bucket, position?.report ?? null, source, deadline);
}

export function sourceOf({ parameters }: AuditRequest): Body['source'] {
  return parameters.source === 'inventory' ? 'inventory+postgresql' : 'listing+postgresql';
}

/** A report that a newer one should have followed is told as that. */
export function addAge(report: AskedReport | null, faults: Faults): void {
  if (report?.old) faults.add(new InventoryUnavailableError('old'));
}

/** While Athena has not given the keys: nothing is known of the bucket, and the cursor waits on. */
export function waitingAnswer(
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
