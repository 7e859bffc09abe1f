/**
 * One line a request. Written with `process.stdout.write`: in Lambda's JSON log mode `console.log` would wrap the line,
 * and the metrics in it would be lost (Lambda developer guide, "Using Lambda advanced logging controls with Node.js").
 */
import type { Timing } from '../context.ts';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract.ts';
import { errorChain } from '../error-chain.ts';
import type { Fault, Problem } from '../faults.ts';
import { type Origin, traceOf } from '../trace.ts';
import { KeysUnavailableError } from '../upstream-errors.ts';
import { xrayTrace } from '../xray.ts';
import type { HttpRequest } from './event.ts';

/** What is known of a request; filled in on its way. Names and numbers only, no value of a parameter. */
export interface RequestLine {
  /** The gateway's, as in the answer's `x-request-id`. */
  request_id: string;
  /** By what the request is known elsewhere; upstreams add to it. */
  origin: Origin;
  /** `client:<name>` or `person:<subject>`; `null` until the token is verified. */
  principal: string | null;
  /** The same as the trust domain names it; `null` in a stage without one. */
  spiffe_id: string | null;
  /** Whose caller it is; `null`: the operator's, or nobody's in a stage without tenants. */
  tenant: string | null;
  stage: string;
  /** Name of the route. */
  route: string;
  /** `null` until it is chosen, and on routes about none. */
  environment: string | null;
  method: string;
  status: number;
  /** What the answer says in place of data; `null` with 200 and 304. */
  problem: Problem | null;
  /** Parts that could not be had, though the status is 200. */
  faults: readonly Fault[];
  /** Rows that went out; `null` where no list did. */
  rows: number | null;
  /** As the answer says; `null` without one. */
  complete: boolean | null;
  /** Names of what was shown in clear. */
  disclosed: readonly string[];
  duration_ms: number;
  timing: Timing;
  /** What was thrown; `null` without. */
  error: unknown;
}

/** A line for a request of which nothing is known yet but where it came in. */
export function newRequestLine(
  http: Pick<HttpRequest, 'id' | 'method' | 'header'>,
  stage: string,
  route: string,
  timing: Timing,
): RequestLine {
  return {
    request_id: http.id,
    origin: { request_id: http.id, trace: traceOf(http.header('traceparent'), http.header('x-amzn-trace-id')) },
    principal: null,
    spiffe_id: null,
    tenant: null,
    stage,
    route,
    environment: null,
    method: http.method,
    status: 200,
    problem: null,
    faults: [],
    rows: null,
    complete: null,
    disclosed: [],
    duration_ms: 0,
    timing,
    error: null,
  };
}

/**
 * Writes the line. Metrics travel in it (CloudWatch user guide, "Specification: Embedded metric format"): `_aws` names
 * the fields that are metrics, and each of them stands beside it with its value.
 */
export function logRequest(line: RequestLine): void {
  const upstream = Object.fromEntries([...line.timing.shares()].map(([name, ms]) => [name, round(ms)]));
  const outcome = line.problem?.slug ?? null;
  writeLine({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [METRIC_DIMENSIONS.function],
          Metrics: [
            { Name: METRICS.duration, Unit: 'Milliseconds' },
            { Name: METRICS.upstream, Unit: 'Milliseconds' },
            { Name: METRICS.serverErrors, Unit: 'Count' },
            { Name: METRICS.databaseUnavailable, Unit: 'Count' },
            { Name: METRICS.upstreamThrottled, Unit: 'Count' },
            { Name: METRICS.keysUnavailable, Unit: 'Count' },
            { Name: METRICS.partFaults, Unit: 'Count' },
          ],
        },
      ],
    },
    event: 'mrt.request',
    time: new Date().toISOString(),
    ...nameOf(line),
    stage: line.stage,
    route: line.route,
    environment: line.environment,
    method: line.method,
    status: line.status,
    problem: outcome,
    reason: line.problem?.members?.['reason'] ?? null,
    faults: line.faults,
    rows: line.rows,
    complete: line.complete,
    [METRICS.duration]: round(line.duration_ms),
    upstream_ms: upstream,
    [METRICS.upstream]: round(line.timing.waited()),
    [METRICS.serverErrors]: line.status >= 500 ? 1 : 0,
    [METRICS.databaseUnavailable]: outcome === 'database-unavailable' ? 1 : 0,
    [METRICS.upstreamThrottled]: throttled(line),
    [METRICS.keysUnavailable]: line.error instanceof KeysUnavailableError ? 1 : 0,
    [METRICS.partFaults]: line.faults.length,
    error: line.status >= 500 ? errorChain(line.error) : null,
  });
}

/** What ties the lines of a request together, in all logs: in every line that is about one. */
export function nameOf({ origin: { request_id, trace, role_session }, principal, spiffe_id, tenant }: RequestLine) {
  return {
    request_id,
    trace_id: trace.trace_id,
    span_id: trace.span_id,
    ...(trace.parent_span_id !== null && { parent_span_id: trace.parent_span_id }),
    principal,
    ...(spiffe_id !== null && { spiffe_id }),
    ...(tenant !== null && { tenant }),
    ...(role_session !== undefined && { role_session }),
    ...(process.env['MRT_WITH_TRACING'] !== 'off' && xrayTrace()),
  };
}

/** Answers that asked for slower requests, those included that a later try made good. */
function throttled({ timing, problem, faults }: RequestLine): number {
  const failed = faults.filter(({ reason }) => reason === 'upstream-throttled').length;
  return Math.max(timing.throttled(), failed + (problem?.slug === 'upstream-throttled' ? 1 : 0));
}

/** A line of the function's log, as JSON. */
export function writeLine(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** To a tenth of a millisecond. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
