/**
 * W3C Trace Context: the header `traceparent`, taken over or made anew, so that one request is found in the logs of its
 * client, in ours, in the database's, and in those of what is asked further on.
 */
import { randomBytes } from 'node:crypto';

/** A request's place in a trace. */
export interface Trace {
  /** 32 hexadecimal digits, the same in all logs. */
  trace_id: string;
  /** 16 hexadecimal digits: this request, as the parent of what it asks. */
  span_id: string;
  /** The client's own; `null`: the trace begins here. */
  parent_span_id: string | null;
  sampled: boolean;
}

/** What a request is known by wherever it leads. */
export interface Origin {
  /** The gateway's. */
  request_id: string;
  trace: Trace;
  /** Name of the session of a tenant's role by which data was read, as CloudTrail has it; left out without one. */
  role_session?: string;
}

/** Of version 00. A later one may go on behind a hyphen, and is read as far as this (W3C Trace Context, 2.2.1 and 4.1). */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const MAX_LENGTH = 512;
const SAMPLED = 1;

/** As API Gateway gives every request one: `Root=1-<8 digits of time>-<24 digits>` (X-Ray guide, "Tracing header"). */
const XRAY_ROOT = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;

/**
 * The trace that the header goes on. Where there is none that can be read, that of API Gateway, so that X-Ray's traces and
 * ours are told by the same digits; without that a new one. A malformed header is as none (section 4.2), so that nobody's
 * text gets into a log.
 *
 * @param traceparent as it came; a repeated one is joined with a comma, and is malformed
 * @param xray the header `x-amzn-trace-id`
 */
export function traceOf(traceparent: string | undefined, xray?: string): Trace {
  const span_id = randomBytes(8).toString('hex');
  const [, version, trace_id, parent_span_id, flags = '00', more] =
    TRACEPARENT.exec((traceparent ?? '').slice(0, MAX_LENGTH)) ?? [];
  if (trace_id === undefined || parent_span_id === undefined) return begun(span_id, xray);
  const isForbidden = version === 'ff' || (version === '00' && more !== undefined);
  if (isForbidden || isZero(trace_id) || isZero(parent_span_id)) return begun(span_id, xray);
  return { trace_id, span_id, parent_span_id, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

function begun(span_id: string, xray = ''): Trace {
  const [, time, rest] = XRAY_ROOT.exec(xray.slice(0, MAX_LENGTH)) ?? [];
  const root = `${time ?? ''}${rest ?? ''}`;
  const trace_id = root === '' || isZero(root) ? randomBytes(16).toString('hex') : root;
  return { trace_id, span_id, parent_span_id: null, sampled: false };
}

const isZero = (digits: string) => /^0+$/.test(digits);

/** The header for what this request asks further on. */
export function traceparentOf({ trace_id, span_id, sampled }: Trace): string {
  return `00-${trace_id}-${span_id}-${sampled ? '01' : '00'}`;
}

/** What the API is called where no request is known. */
export const APPLICATION = 'mrt-api';

/** Characters of a PostgreSQL `application_name` (NAMEDATALEN less one; PostgreSQL cuts what is longer). */
const MAX_APPLICATION_NAME = 63;

/**
 * How the database's log names a request. What is no sign of base64 is left out of a request id.
 *
 * @example applicationName({ request_id: 'JKJaXmPLvHcESHA=', trace }) // 'mrt-api JKJaXmPLvHcESHA= 4bf92f3577b34da6a3ce929d0e0e4736'
 */
export function applicationName({ request_id, trace }: Origin): string {
  return `${APPLICATION} ${request_id.replaceAll(/[^A-Za-z0-9+/=_-]/g, '').slice(0, 20)} ${trace.trace_id}`.slice(
    0,
    MAX_APPLICATION_NAME,
  );
}
