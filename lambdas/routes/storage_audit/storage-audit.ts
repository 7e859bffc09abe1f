/** GET /storage_audit: the environment's bucket against its database. */

import { readFileCatalog } from '../../mendix/files/catalog.ts';
import { fileFigures } from '../../mendix/files/figures.ts';
import { InvalidParameterError, NotOfferedError } from '../../request-errors.ts';
import { auditAnswer } from './audit-answer.ts';
import { listAnswer } from './list-answer.ts';
import type { AuditRequest } from './position.ts';
import { Faults } from './sides.ts';
import { type AuditAnswer, MAX_AGE_S, type Subject, type Upstreams } from './subject.ts';

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
