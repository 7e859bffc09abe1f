/** The one place where an error becomes an answer: RFC 9457 problems with stable slugs and no internals. */
import {
  DatabaseUnavailableError,
  EnvironmentRequiredError,
  InvalidCursorError,
  InvalidParameterError,
  InvalidTokenError,
  KeysUnavailableError,
  MissingScopeError,
  NotAcceptableError,
  NotOfferedError,
  ReasonRequiredError,
  UnknownBucketError,
  UnknownEnvironmentError,
  UpstreamFailedError,
  UpstreamThrottledError,
  UpstreamTimeoutError,
} from '../errors.ts';

export interface Problem {
  slug: string;
  title: string;
  status: number;
  /** For a person; without SQL, ARN, host or stack. */
  detail: string;
  /** Seconds, where waiting helps. */
  retry_after?: number;
  /** Further members of the problem. */
  members?: Record<string, unknown>;
}

const TITLES = {
  'invalid-parameter': [400, 'Invalid parameter'],
  'invalid-cursor': [400, 'Invalid cursor'],
  'environment-required': [400, 'Environment required'],
  'reason-required': [400, 'Reason required'],
  'invalid-token': [401, 'Invalid token'],
  'missing-scope': [403, 'Missing scope'],
  'unknown-environment': [404, 'Unknown environment'],
  'unknown-bucket': [404, 'Unknown bucket'],
  'not-offered': [404, 'Not offered'],
  'not-acceptable': [406, 'Not acceptable'],
  internal: [500, 'Internal error'],
  'upstream-failed': [502, 'Upstream failed'],
  'database-unavailable': [503, 'Database unavailable'],
  'upstream-throttled': [503, 'Upstream throttled'],
  'keys-unavailable': [503, 'Keys unavailable'],
  'upstream-timeout': [504, 'Upstream timeout'],
} as const satisfies Record<string, readonly [number, string]>;

const DATABASE_ADVICE: Record<DatabaseUnavailableError['reason'], string> = {
  unreachable: 'The database cannot be reached. Check that it runs and that its security group admits the functions.',
  tls: 'The TLS connection to the database was refused. Check its certificate authority and host name.',
  'login-refused': 'The database refused the login. Check rds_iam for the role and the configured resource id.',
  'grant-missing':
    'The database role lacks a grant. Run database/mrt_reader.sql again; it must follow each app deployment.',
  'too-many-connections': 'The database has no connection left.',
  starting: 'The database is starting or shutting down.',
  'unsupported-version': 'This PostgreSQL version is not supported; 13 or newer is.',
};

const UPSTREAM_ADVICE: Record<string, string> = {
  'access-denied': "The function's role, an endpoint policy or the bucket's policy refused the request.",
  'not-found': 'It is not there: check the configured name.',
  'wrong-region': 'It is in another Region than configured.',
  'too-large': 'It is larger than the documented limit.',
  unreachable: 'It cannot be reached from the functions: check endpoints and security groups.',
};

/** Anything that is not of our own errors is a bare `internal`. */
export function problemOf(error: unknown): Problem {
  if (error instanceof InvalidParameterError) {
    const first = error.faults[0];
    const detail = first === undefined ? 'A parameter is wrong.' : `${first.parameter} ${first.message}.`;
    return problem('invalid-parameter', detail, { members: { errors: error.faults } });
  }
  if (error instanceof InvalidCursorError) {
    return problem(
      'invalid-cursor',
      'Take the cursor from next_cursor and keep the other parameters, or start over without one.',
    );
  }
  if (error instanceof EnvironmentRequiredError) {
    return problem('environment-required', 'Name one of your environments in the parameter environment.', {
      members: { environments: error.environments },
    });
  }
  if (error instanceof ReasonRequiredError) {
    return problem('reason-required', 'This stage wants a reason for clear text: send the header x-reason.');
  }
  if (error instanceof InvalidTokenError) return problem('invalid-token', 'The access token is not valid here.');
  if (error instanceof MissingScopeError) {
    return problem('missing-scope', `This needs ${error.scopes.join(' or ')}.`, { members: { scopes: error.scopes } });
  }
  if (error instanceof UnknownEnvironmentError) {
    return problem(
      'unknown-environment',
      'No environment of this name is known to you. GET /environments lists yours.',
    );
  }
  if (error instanceof UnknownBucketError)
    return problem('unknown-bucket', 'The environment has no bucket of this name.');
  if (error instanceof NotOfferedError) {
    return problem(
      'not-offered',
      'The environment is not configured for this route. GET /environments lists what it offers.',
    );
  }
  if (error instanceof NotAcceptableError) {
    return problem('not-acceptable', 'This route cannot answer in a form that the Accept header names.');
  }
  return upstreamProblem(error);
}

function upstreamProblem(error: unknown): Problem {
  if (error instanceof DatabaseUnavailableError) {
    const members = {
      reason: error.reason,
      source: error.source,
      ...(error.table === null ? {} : { table: error.table }),
    };
    const transient = ['unreachable', 'too-many-connections', 'starting'].includes(error.reason);
    return problem('database-unavailable', DATABASE_ADVICE[error.reason], {
      members,
      ...(transient ? { retry_after: 5 } : {}),
    });
  }
  if (error instanceof UpstreamFailedError) {
    const advice = error.advice ?? UPSTREAM_ADVICE[error.reason] ?? 'It gave an answer that cannot be used.';
    return problem('upstream-failed', `${error.source} failed (${error.reason}). ${advice}`, {
      members: { source: error.source, reason: error.reason },
    });
  }
  if (error instanceof UpstreamThrottledError) {
    return problem('upstream-throttled', `${error.source} asks for slower requests.`, {
      members: { source: error.source },
      retry_after: 5,
    });
  }
  if (error instanceof UpstreamTimeoutError) {
    return problem('upstream-timeout', `${error.source} did not answer in time.`, {
      members: { source: error.source },
    });
  }
  if (error instanceof KeysUnavailableError) {
    return problem('keys-unavailable', 'The signing keys cannot be read or are too old.', { retry_after: 60 });
  }
  return problem('internal', 'Something failed. The log has more under the request id.');
}

function problem(
  slug: keyof typeof TITLES,
  detail: string,
  more: Pick<Problem, 'retry_after' | 'members'> = {},
): Problem {
  const [status, title] = TITLES[slug];
  return { slug, status, title, detail, ...more };
}
