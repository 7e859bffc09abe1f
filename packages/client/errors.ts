/** What can go wrong, as classes with data. Messages are for people: no token, no secret, no stack in them. */
import type { Problem, ProblemSlug } from './generated/types.ts';

/** Of all errors of this package. An abort is none: it throws the signal's own reason. */
export class MrtError extends Error {
  override readonly name: string = 'MrtError';
  /** Of the answer: what an operator looks for in the log. `null`: there was no answer, or it had none. */
  readonly requestId: string | null;

  constructor(message: string, requestId: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.requestId = requestId;
  }
}

/** The API refused, or failed, and said why (RFC 9457). */
export class ProblemError extends MrtError {
  override readonly name = 'ProblemError';
  /** The answer's body as it is; more fields come with some slugs: `near`, `errors`, `environments` … */
  readonly problem: Problem;
  /** The stable word for what it is. A later release may have slugs that are not listed here. */
  readonly slug: ProblemSlug | (string & {});
  readonly status: number;
  /** Seconds after which asking again may help; `null` where waiting changes nothing. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null) {
    const details = (problem.errors ?? [])
      .map(({ parameter, message }) => `${parameter} ${message}`)
      // The API's own detail has them in most cases; nothing is said twice.
      .filter((text) => problem.detail?.includes(text) !== true);
    super([problem.title, problem.detail, ...details].join('. ').replaceAll('..', '.'), problem.request_id);
    this.problem = problem;
    this.slug = problem.type.slice(problem.type.lastIndexOf('/') + 1);
    this.status = problem.status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** An answer without a problem: API Gateway's own 401, 403, 404, 429, 500 and 503, or that of something in between. */
export class GatewayError extends MrtError {
  override readonly name = 'GatewayError';
  readonly status: number;
  readonly retryAfterSeconds: number | null;

  constructor(message: string, status: number, requestId: string | null, retryAfterSeconds: number | null) {
    super(message, requestId);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer, or one that broke off: name, network, TLS, time. `cause` is what `fetch` said. */
export class ConnectionError extends MrtError {
  override readonly name = 'ConnectionError';
}

/** No access token is to be had. */
export class TokenError extends MrtError {
  override readonly name = 'TokenError';
  /** Of the token endpoint's answer; `null`: there was none. */
  readonly status: number | null;
  /** RFC 6749, 5.2: `invalid_client`, `invalid_scope` …; `null`: none was given. */
  readonly code: string | null;

  constructor(message: string, status: number | null, code: string | null, options?: ErrorOptions) {
    super(message, null, options);
    this.status = status;
    this.code = code;
  }
}
