/** The one place where an error becomes a problem, of a whole answer or of a part of one. */

import { DATABASE_REASONS, INVENTORY_REASONS, RECORD_REASONS, upstreamAdvice } from './problem-reasons.ts';
import { PROBLEMS, type ProblemSlug } from './problems.ts';
import {
  EnvironmentRequiredError,
  InvalidCursorError,
  InvalidParameterError,
  InvalidTokenError,
  MissingScopeError,
  NotAcceptableError,
  NotOfferedError,
  OneEnvironmentOnlyError,
  ReasonRequiredError,
  UnknownBucketError,
  UnknownEnvironmentError,
  UnknownNameError,
} from './request-errors.ts';
import {
  AgentUnreachableError,
  DatabaseUnavailableError,
  InventoryUnavailableError,
  KeysUnavailableError,
  RecordUnavailableError,
  RelayedProblemError,
  UpstreamFailedError,
  UpstreamThrottledError,
  UpstreamTimeoutError,
} from './upstream-errors.ts';

/** RFC 9457 without what only a whole answer has: the absolute `type`, `instance` and the request id. */
export interface Problem {
  slug: ProblemSlug;
  title: string;
  status: number;
  /** For a person; without SQL, ARN, host or stack. */
  detail: string;
  /** Seconds, where waiting helps. */
  retry_after?: number;
  /** Further members of the problem. */
  members?: Record<string, unknown>;
}

/** A part of an answer that could not be had, as the log line and the metrics count it. */
export interface Fault {
  /** The upstream's configured name or kind, as in the problem's `source`. */
  source: string;
  /** The problem's `reason`, or its slug where it has none: `access-denied`, `grant-missing`, `upstream-timeout` … */
  reason: string;
}

/**
 * The problem of an error. Anything that is not of our own errors is a bare `internal`, whose detail says nothing of it.
 *
 * @example problemOf(new UpstreamThrottledError('s3'))
 * // { slug: 'upstream-throttled', status: 503, detail: 's3 asks for slower requests.', retry_after: 5, … }
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof InvalidParameterError) {
    const first = error.faults[0];
    const detail = first === undefined ? undefined : `${first.parameter} ${first.message}.`;
    return problem('invalid-parameter', detail, { errors: error.faults });
  }
  if (error instanceof InvalidCursorError) return problem('invalid-cursor');
  if (error instanceof EnvironmentRequiredError) {
    return problem('environment-required', undefined, { environments: error.environments });
  }
  if (error instanceof OneEnvironmentOnlyError) {
    return problem('one-environment-only', `Rows are of one environment: ${error.advice}.`);
  }
  if (error instanceof ReasonRequiredError) return problem('reason-required');
  if (error instanceof InvalidTokenError) return problem('invalid-token');
  if (error instanceof MissingScopeError) {
    return problem('missing-scope', `This needs ${error.scopes.join(' or ')}.`, { scopes: error.scopes });
  }
  if (error instanceof UnknownEnvironmentError) return problem('unknown-environment');
  if (error instanceof UnknownBucketError) return unknownBucket(error);
  if (error instanceof UnknownNameError) return unknownName(error);
  if (error instanceof NotOfferedError) return problem('not-offered');
  if (error instanceof NotAcceptableError) {
    const { parameter, advice } = error;
    const noTable = `With ${parameter} the answer is no table: ask for application/json.`;
    return problem('not-acceptable', advice ?? (parameter === null ? undefined : noTable));
  }
  return upstreamProblem(error);
}

/** A problem that stands beside the part of an answer that it concerns; its `type` is relative (RFC 9457, 3.1.1). */
export interface PartProblem {
  [member: string]: unknown;
  type: string;
  title: string;
  status: number;
  detail: string;
}

/**
 * The problem of a part, from what its upstream threw.
 *
 * @throws the error itself when it is no upstream's fault: a bug must not hide in a row
 */
export function partProblem(error: unknown): PartProblem {
  const { slug, title, status, detail, members } = partialOnly(error);
  return { type: `/problems/${slug}`, title, status, detail, ...members };
}

/**
 * As `partProblem`, for the log line and the metrics.
 *
 * @example faultOf(new UpstreamFailedError('shop-archive', 'not-found')) // { source: 'shop-archive', reason: 'not-found' }
 * @throws the error itself when it is no upstream's fault
 */
export function faultOf(error: unknown): Fault {
  const { slug, members } = partialOnly(error);
  const nameless = error instanceof RelayedProblemError ? error.agent : 'keys';
  return { source: String(members?.['source'] ?? nameless), reason: String(members?.['reason'] ?? slug) };
}

/** A part fails by its upstream; what is wrong with the request, or with us, is the whole answer's. */
function partialOnly(error: unknown): Problem {
  const fault = upstreamProblem(error);
  // What went wrong in another account is that account's, be it a bug: the others go on.
  if (fault.slug === 'internal' && !(error instanceof RelayedProblemError)) throw error;
  return fault;
}

/** Problems of upstreams and keys; `internal` for the rest. */
function upstreamProblem(error: unknown): Problem {
  if (error instanceof DatabaseUnavailableError) {
    const { reason, source, table } = error;
    const { advice, retry_after } = DATABASE_REASONS[reason];
    const known = problem('database-unavailable', advice, { reason, source, ...(table === null ? {} : { table }) });
    return retry_after === undefined ? known : { ...known, retry_after };
  }
  if (error instanceof UpstreamFailedError) {
    const { reason, source } = error;
    const advice = error.advice ?? upstreamAdvice(reason);
    return problem('upstream-failed', `${source} failed (${reason}). ${advice}`, { source, reason });
  }
  if (error instanceof UpstreamThrottledError) {
    return problem('upstream-throttled', `${error.source} asks for slower requests.`, { source: error.source });
  }
  if (error instanceof UpstreamTimeoutError) {
    return problem('upstream-timeout', `${error.source} did not answer in time.`, { source: error.source });
  }
  if (error instanceof RecordUnavailableError) {
    const { reason } = error;
    return problem('record-unavailable', RECORD_REASONS[reason].advice, { source: 'record', reason });
  }
  if (error instanceof AgentUnreachableError) {
    return problem('agent-unreachable', undefined, { source: error.agent });
  }
  // `relay` lets through only what is in the table.
  if (error instanceof RelayedProblemError) return error.problem as Problem;
  if (error instanceof InventoryUnavailableError) {
    const { reason } = error;
    return problem('inventory-unavailable', INVENTORY_REASONS[reason].advice, { source: 'inventory', reason });
  }
  return problem(error instanceof KeysUnavailableError ? 'keys-unavailable' : 'internal');
}

function unknownBucket({ unknown, near }: UnknownBucketError): Problem {
  const { advice } = PROBLEMS['unknown-bucket'];
  const detail = near.length === 0 ? advice : `${advice} Did you mean ${near.join(' or ')}?`;
  return problem('unknown-bucket', detail, { parameter: 'bucket', name: unknown, near });
}

function unknownName({ parameter, unknown, near }: UnknownNameError): Problem {
  const nothing = `Nothing in the environment has the name that ${parameter} gives.`;
  const detail = near.length === 0 ? nothing : `${nothing} Did you mean ${near.join(' or ')}?`;
  return problem('unknown-name', detail, { parameter, name: unknown, near });
}

/** @param detail default: the advice of the table; `members`: further ones of the problem */
function problem(slug: ProblemSlug, detail?: string, members?: Record<string, unknown>): Problem {
  const { status, title, advice, ...wait }: { status: number; title: string; advice: string; retry_after?: number } =
    PROBLEMS[slug];
  return { slug, status, title, detail: detail ?? advice, ...wait, ...(members === undefined ? {} : { members }) };
}
