/**
 * One line a request, and one for each look at personal data or secrets. Written with `process.stdout.write`: in
 * Lambda's JSON log mode `console.log` would wrap the line and the metrics in it would be lost.
 */
import type { Timing } from '../context.ts';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract.ts';
import { KeysUnavailableError } from '../errors.ts';
import type { Fault, Problem } from '../faults.ts';
import type { HttpRequest } from './event.ts';
import type { Subject } from './subject.ts';

/** What is known of a request; filled in on its way. */
export interface RequestLine {
  request_id: string;
  principal: string | null;
  stage: string;
  route: string;
  environment: string | null;
  method: string;
  status: number;
  problem: Problem | null;
  /** Parts that could not be had, though the status is 200. */
  faults: readonly Fault[];
  rows: number | null;
  complete: boolean | null;
  /** Names of what was shown in clear. */
  disclosed: readonly string[];
  duration_ms: number;
  timing: Timing;
  /** What was thrown; `null` without. */
  error: unknown;
}

export function newRequestLine(http: HttpRequest, stage: string, route: string, timing: Timing): RequestLine {
  return {
    request_id: http.id,
    principal: null,
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

/** Metrics travel in the line itself (CloudWatch's embedded metric format). */
export function logRequest(line: RequestLine): void {
  const upstream = Object.fromEntries([...line.timing.shares()].map(([name, ms]) => [name, round(ms)]));
  const outcome = line.problem?.slug ?? null;
  write({
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
    request_id: line.request_id,
    principal: line.principal,
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
    error: line.status >= 500 ? causes(line.error) : null,
  });
}

/** Answers that asked for slower requests, those included that a later try made good. */
function throttled({ timing, problem, faults }: RequestLine): number {
  const failed = faults.filter(({ reason }) => reason === 'upstream-throttled').length;
  return Math.max(timing.throttled(), failed + (problem?.slug === 'upstream-throttled' ? 1 : 0));
}

/** Who looked at what: names of parameters and fields, never a value. */
export function logAudit(line: RequestLine, { query, other, clear, reason }: Subject): void {
  write({
    event: 'mrt.audit',
    time: new Date().toISOString(),
    request_id: line.request_id,
    principal: line.principal,
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

function write(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** Names, codes and our own places in the code; messages and full stacks may hold SQL, hosts or values. */
function causes(error: unknown): { name: string; code: string | null; at: string | null }[] {
  const chain = [];
  for (let cause = error; cause instanceof Error && chain.length < 5; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code;
    chain.push({ name: cause.name, code: typeof code === 'string' ? code : null, at: place(cause) });
  }
  return chain;
}

function place(error: Error): string | null {
  return /([\w.-]+\.(?:ts|mjs|js):\d+:\d+)/.exec(error.stack ?? '')?.[1] ?? null;
}
