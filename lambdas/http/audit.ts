/**
 * One line for each look at personal data or secrets, and for each login that was looked up by its exact name; in a stage with
 * a trust domain also for each request that was refused for want of a right, with what was decided at each step.
 */
import type { Decision } from './authorization.ts';
import { nameOf, type RequestLine, writeLine } from './log.ts';
import type { Subject } from './subject.ts';

/**
 * Writes who looked at what: names of parameters and fields, never a value. It goes out before the answer does, whatever
 * the answer is: `status` 304 or 5xx says that the caller asked, and `rows` and `fields` what it saw.
 *
 * @param subject `null`: the request did not come so far as to be about anything
 * @param decisions left out in a stage without a trust domain
 */
export function logAudit(line: RequestLine, subject: Subject | null, decisions?: readonly Decision[]): void {
  writeLine({
    event: 'mrt.audit',
    time: new Date().toISOString(),
    ...nameOf(line),
    route: line.route,
    environments: [line.environment, subject?.other?.name].filter((name) => typeof name === 'string'),
    filters: subject?.query.filters.map(([name]) => name) ?? [],
    fields: line.disclosed,
    rows: line.rows,
    clear: subject?.clear === true && line.status === 200,
    reason: subject?.reason ?? null,
    status: line.status,
    ...(decisions !== undefined && { decisions }),
  });
}
