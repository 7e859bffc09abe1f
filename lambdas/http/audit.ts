/** One line for each look at personal data or secrets, and for each login that was looked up by its exact name. */
import { type RequestLine, writeLine } from './log.ts';
import type { Subject } from './subject.ts';

/**
 * Writes who looked at what: names of parameters and fields, never a value. It goes out before the answer does, whatever
 * the answer is: `status` 304 or 5xx says that the caller asked, and `rows` and `fields` what it saw.
 */
export function logAudit(line: RequestLine, { query, other, clear, reason }: Subject): void {
  writeLine({
    event: 'mrt.audit',
    time: new Date().toISOString(),
    request_id: line.request_id,
    principal: line.principal,
    ...(line.spiffe_id !== null && { spiffe_id: line.spiffe_id }),
    route: line.route,
    environments: [line.environment, other?.name].filter((name) => typeof name === 'string'),
    filters: query.filters.map(([name]) => name),
    fields: line.disclosed,
    rows: line.rows,
    clear: clear && line.status === 200,
    reason,
    status: line.status,
  });
}
