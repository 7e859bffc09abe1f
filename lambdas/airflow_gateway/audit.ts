/** One line for each call, refused ones too: who did what with which Airflow, and how it ended. Never a value. */
import type { Timing } from '../context.ts';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract.ts';
import { errorChain } from '../error-chain.ts';
import type { Problem } from '../faults.ts';
import type { Origin } from '../trace.ts';
import { xrayTrace } from '../xray.ts';
import type { GatewayRequest } from './call.ts';
import type { Caller } from './caller.ts';
import type { Permitted } from './decision.ts';

/** What is known of a call; filled in on its way. */
export interface AuditLine {
  request: Pick<GatewayRequest, 'method' | 'query'>;
  /** What the call is known by; with the name of the tenant's session, once one was used. */
  origin: Origin;
  stage: string;
  caller: Caller | null;
  /** Where the stage has a trust domain. */
  identity: { spiffe_id?: string; tenant?: string };
  /** `null`: it was refused before anything was asked of Airflow. */
  permitted: Permitted | null;
  /** As the client got it, though the body may have broken off after it. */
  status: number;
  /** What it was refused with, or what its body broke off with. */
  problem: Problem | null;
  /** Of the answer's body; `null`: it did not come to its end. */
  bytes: number | null;
  error?: unknown;
}

/** Name of the gateway in lines and metrics, beside the names of routes. */
const ROUTE = 'airflow_gateway';

/**
 * Writes the line. A refused path is not in it, as it may hold anything; the path of a permitted one is its template and
 * the name of the DAG. Of parameters and bodies only names are told.
 */
export function writeAudit(line: AuditLine, { duration_ms, timing }: { duration_ms: number; timing: Timing }): void {
  const { request, origin, caller, permitted, status, problem, bytes } = line;
  const failed = status >= 500 || bytes === null;
  const text = JSON.stringify({
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
          ],
        },
      ],
    },
    event: 'mrt.audit',
    time: new Date().toISOString(),
    request_id: origin.request_id,
    trace_id: origin.trace.trace_id,
    span_id: origin.trace.span_id,
    ...(origin.trace.parent_span_id !== null && { parent_span_id: origin.trace.parent_span_id }),
    ...(process.env['MRT_WITH_TRACING'] !== 'off' && xrayTrace()),
    principal: caller?.principal ?? null,
    ...line.identity,
    ...(origin.role_session !== undefined && { role_session: origin.role_session }),
    session: caller?.detail ?? null,
    stage: line.stage,
    route: ROUTE,
    environments: permitted === null ? [] : [permitted.environment],
    method: permitted?.operation.method ?? null,
    path: permitted?.operation.template ?? null,
    dag: permitted?.operation.dag ?? null,
    filters: permitted === null ? [] : [...new Set(request.query.map(([name]) => name.slice(0, 40)))].slice(0, 20),
    status,
    bytes,
    problem: problem?.slug ?? null,
    reason: problem?.members?.['reason'] ?? null,
    [METRICS.duration]: round(duration_ms),
    [METRICS.upstream]: round(timing.waited()),
    [METRICS.serverErrors]: failed ? 1 : 0,
    error: failed && line.error !== undefined ? errorChain(line.error) : null,
  });
  // Written, not console.log'ed: Lambda's JSON log mode would wrap the line and lose the metrics.
  process.stdout.write(`${text}\n`);
}

/** To a tenth of a millisecond. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
