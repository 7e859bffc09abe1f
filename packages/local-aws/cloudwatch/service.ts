/** The local CloudWatch endpoint: GetMetricData and ListMetrics over AWS JSON 1.0, SigV4 and IAM checked. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Iam } from '../iam/iam.ts';
import { payloadMatches, verifyRequest } from '../iam/sigv4.ts';
import { Faults } from '../service/faults.ts';
import { type ForeignService, forward } from '../service/foreign-service.ts';
import { type HttpService, listen, send } from '../service/http-service.ts';
import { readBody } from '../service/request-body.ts';
import { SIGNATURE_REFUSALS } from '../service/signature-refusals.ts';
import { CloudWatchError } from './error.ts';
import { getMetricData } from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';
import type { Metric } from './metric.ts';

/** Who may ask, and what is answered. */
export interface CloudWatchOptions {
  iam: Iam;
  metrics: readonly Metric[];
  /** Where every request goes; left out, `metrics` answer. */
  foreign?: ForeignService | null;
  /** Left out, a free one. */
  port?: number;
}

/** Starts it on 127.0.0.1. */
export async function startCloudWatch(options: CloudWatchOptions): Promise<HttpService> {
  const faults = new Faults();
  const server = createServer((request, response) => {
    void answer(request, response, options, faults);
  });
  return listen(server, options.port ?? 0, faults);
}

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const TARGET = 'GraniteServiceVersion20100801.';
const SKEW_MS = 5 * 60_000;
const MAX_BODY_BYTES = 1024 * 1024;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: CloudWatchOptions,
  faults: Faults,
): Promise<void> {
  response.setHeader('x-amzn-requestid', randomUUID());
  try {
    await perform(request, response, options, faults);
  } catch (cause) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const error = cause instanceof CloudWatchError ? cause : new CloudWatchError('InternalServiceFault', String(cause));
    const body = JSON.stringify({
      __type: `com.amazonaws.cloudwatch.v2010_08_01#${error.code}`,
      message: error.message,
    });
    const length = Buffer.byteLength(body);
    response.writeHead(error.status, { 'content-type': CONTENT_TYPE, 'content-length': length }).end(body);
  }
}

async function perform(
  request: IncomingMessage,
  response: ServerResponse,
  { iam, metrics, foreign }: CloudWatchOptions,
  faults: Faults,
): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) throw new CloudWatchError('ValidationException', 'The request is too large.');
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
  if (request.method !== 'POST' || (operation !== 'GetMetricData' && operation !== 'ListMetrics')) {
    throw new CloudWatchError('UnknownOperationException', 'This operation is not offered here.');
  }
  const wire = { method: 'POST', target: request.url ?? '', headers: request.headers, body };
  const signed = verifyRequest(wire, { iam, service: 'monitoring', skewMs: SKEW_MS });
  const refusal = typeof signed === 'string' ? signed : payloadMatches(body, signed) ? null : 'wrong-payload';
  if (refusal !== null || typeof signed === 'string')
    throw new CloudWatchError(...SIGNATURE_REFUSALS[refusal ?? 'malformed']);

  const fault = await faults.next(operation);
  if (fault === 'silent') return;
  if (fault === 'throttled') throw new CloudWatchError('ThrottlingException', 'Rate exceeded');
  if (fault === 'failed') throw new CloudWatchError('InternalServiceFault', 'Internal error');
  if (fault === 'denied') throw new CloudWatchError('AccessDeniedException', 'Access denied');
  const decision = iam.decide(signed.principal, `cloudwatch:${operation}`, '*', {});
  if (!decision.allowed) throw new CloudWatchError('AccessDeniedException', decision.reason);
  if (foreign) {
    await forward(request, body, response, foreign, { service: 'monitoring', region: signed.region });
    return;
  }
  const input = parsed(body);
  const output =
    operation === 'ListMetrics' ? listMetrics(input, metrics) : getMetricData(input, metrics, fault === 'partial');
  const content = Buffer.from(JSON.stringify(output));
  const headers = { 'content-type': CONTENT_TYPE, 'content-length': content.length };
  await send(response, { status: 200, headers, body: [content] }, fault === 'cut');
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new CloudWatchError('SerializationException', 'The body is not JSON.');
  }
}
