/**
 * One line a request, and one for each look at personal data or secrets. Written with `process.stdout.write`: in
 * Lambda's JSON log mode `console.log` would wrap the line and the metrics in it would be lost.
 */
import type { Timing } from '../context.ts';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract.ts';
import { KeysUnavailableError } from '../errors.ts';
import type { Problem } from './problem.ts';

export interface RequestLine {
  request_id: string;
  principal: string | null;
  stage: string;
  route: string;
  environment: string | null;
  method: string;
  status: number;
  problem: Problem | null;
  rows: number | null;
  complete: boolean | null;
  duration_ms: number;
  timing: Timing;
  error: unknown;
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
          Dimensions: [METRIC_DIMENSIONS.door],
          Metrics: [
            { Name: METRICS.duration, Unit: 'Milliseconds' },
            { Name: METRICS.upstream, Unit: 'Milliseconds' },
            { Name: METRICS.serverErrors, Unit: 'Count' },
            { Name: METRICS.databaseUnavailable, Unit: 'Count' },
            { Name: METRICS.upstreamThrottled, Unit: 'Count' },
            { Name: METRICS.keysUnavailable, Unit: 'Count' },
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
    rows: line.rows,
    complete: line.complete,
    [METRICS.duration]: round(line.duration_ms),
    upstream_ms: upstream,
    [METRICS.upstream]: round(line.timing.waited()),
    [METRICS.serverErrors]: line.status >= 500 ? 1 : 0,
    [METRICS.databaseUnavailable]: outcome === 'database-unavailable' ? 1 : 0,
    [METRICS.upstreamThrottled]: outcome === 'upstream-throttled' ? 1 : 0,
    [METRICS.keysUnavailable]: line.error instanceof KeysUnavailableError ? 1 : 0,
    error: line.status >= 500 ? causes(line.error) : null,
  });
}

export interface AuditLine {
  request_id: string;
  principal: string | null;
  route: string;
  environments: readonly string[];
  /** Names of the filters, never their values. */
  filters: readonly string[];
  fields: readonly string[];
  rows: number | null;
  clear: boolean;
  reason: string | null;
  status: number;
}

export function logAudit(line: AuditLine): void {
  write({ event: 'mrt.audit', time: new Date().toISOString(), ...line });
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
