/**
 * One line a request, and one for each look at personal data or secrets. Written with `process.stdout.write`: in
 * Lambda's JSON log mode `console.log` would wrap the line and the metrics in it would be lost.
 */
import type { Timing } from '../context.ts';
import { METRIC_NAMESPACE } from '../contract.ts';
import { KeysUnavailableError } from '../errors.ts';
import type { Problem } from './problem.ts';

export interface RequestLine {
  request_id: string;
  principal: string | null;
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
          Dimensions: [['route']],
          Metrics: [
            { Name: 'duration_ms', Unit: 'Milliseconds' },
            { Name: 'upstream_total_ms', Unit: 'Milliseconds' },
            { Name: 'server_errors', Unit: 'Count' },
            { Name: 'database_unavailable', Unit: 'Count' },
            { Name: 'upstream_throttled', Unit: 'Count' },
            { Name: 'keys_unavailable', Unit: 'Count' },
          ],
        },
      ],
    },
    event: 'mrt.request',
    time: new Date().toISOString(),
    request_id: line.request_id,
    principal: line.principal,
    route: line.route,
    environment: line.environment,
    method: line.method,
    status: line.status,
    problem: outcome,
    reason: line.problem?.members?.['reason'] ?? null,
    rows: line.rows,
    complete: line.complete,
    duration_ms: round(line.duration_ms),
    upstream_ms: upstream,
    upstream_total_ms: round(line.timing.waited()),
    server_errors: line.status >= 500 ? 1 : 0,
    database_unavailable: outcome === 'database-unavailable' ? 1 : 0,
    upstream_throttled: outcome === 'upstream-throttled' ? 1 : 0,
    keys_unavailable: line.error instanceof KeysUnavailableError ? 1 : 0,
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
