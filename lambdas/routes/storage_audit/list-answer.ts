/** `list=…`: the keys of one class, page by page. */
import { readFileCatalog } from '../../mendix/files/catalog.ts';
import { addAge, openSide, sourceOf, waitingAnswer } from './bucket-side.ts';
import { listKeys } from './key-list.ts';
import type { FileList } from './list-row.ts';
import { scopeOf } from './scope.ts';
import { Faults } from './sides.ts';
import type { AuditAnswer, Subject } from './subject.ts';

/** The keys of one class. @throws the errors of either side */
export async function listAnswer(subject: Subject, list: FileList): Promise<AuditAnswer> {
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
