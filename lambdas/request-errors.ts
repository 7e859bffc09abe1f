/**
 * What can be wrong with a request, as data: parameters, names, rights. `faults.ts` alone turns these into answers, with
 * the words of `problems.ts`. Anything else that is thrown is a bare 500 with a full log line. No message may hold SQL, an
 * ARN, a host, a bucket address, a token or a value.
 */

/** One wrong parameter of the request; `message` completes the sentence "<parameter> …". */
export interface ParameterFault {
  parameter: string;
  message: string;
}

/** The query string, or the header `x-reason`, is not what the route takes: a 400 that lists every fault. */
export class InvalidParameterError extends Error {
  override name = 'InvalidParameterError' as const;
  readonly faults: readonly ParameterFault[];
  constructor(faults: readonly ParameterFault[]) {
    super('invalid parameter');
    this.faults = faults;
  }
}

/** Not one of ours, altered, expired, or of another route, environment or filter. */
export class InvalidCursorError extends Error {
  override name = 'InvalidCursorError' as const;
}

/** The stage gives clear text only to those who say why. */
export class ReasonRequiredError extends Error {
  override name = 'ReasonRequiredError' as const;
}

/** None was named, and the caller may read several. */
export class EnvironmentRequiredError extends Error {
  override name = 'EnvironmentRequiredError' as const;
  /** Names to choose from, sorted. */
  readonly environments: readonly string[];
  constructor(environments: readonly string[]) {
    super('environment required');
    this.environments = environments;
  }
}

/** Not configured, or not the caller's: the two must not be told apart. */
export class UnknownEnvironmentError extends Error {
  override name = 'UnknownEnvironmentError' as const;
  /** As it was asked for, for the audit line alone; `null`: none was named. */
  readonly unknown: string | null;
  constructor(unknown: string | null) {
    super('unknown environment');
    this.unknown = unknown;
  }
}

/** The environment has no bucket of that name. */
export class UnknownBucketError extends Error {
  override name = 'UnknownBucketError' as const;
  /** As it was given. */
  readonly unknown: string;
  /** Names of the environment's buckets that were perhaps meant, the nearest first. */
  readonly near: readonly string[];
  constructor(unknown: string, near: readonly string[]) {
    super('unknown bucket');
    this.unknown = unknown;
    this.near = near;
  }
}

/** A name in a filter that nothing bears: an empty list would look like no data, and it is a typing error. */
export class UnknownNameError extends Error {
  override name = 'UnknownNameError' as const;
  /** The parameter that gives the name: `table`, `role` … */
  readonly parameter: string;
  /** As it was given. */
  readonly unknown: string;
  /** Names that were perhaps meant (`nearNames`), the nearest first. Only such as this caller may see. */
  readonly near: readonly string[];
  constructor(parameter: string, unknown: string, near: readonly string[]) {
    super('unknown name');
    this.parameter = parameter;
    this.unknown = unknown;
    this.near = near;
  }
}

/** The environment is the caller's, and not configured for the route. */
export class NotOfferedError extends Error {
  override name = 'NotOfferedError' as const;
}

/** No token, or none of ours: the gateway refuses such before, but whoever comes past it must not get in. */
export class InvalidTokenError extends Error {
  override name = 'InvalidTokenError' as const;
}

/** The token is good; the token or the caller's entries lack the scope for this. */
export class MissingScopeError extends Error {
  override name = 'MissingScopeError' as const;
  /** Any one of these would do. */
  readonly scopes: readonly string[];
  constructor(scopes: readonly string[]) {
    super('missing scope');
    this.scopes = scopes;
  }
}

/** No form that the Accept header names can be given. */
export class NotAcceptableError extends Error {
  override name = 'NotAcceptableError' as const;
  /** The parameter whose answer is no table, so that CSV was ruled out; `null`: the route has no such form at all. */
  readonly parameter: string | null;
  /** What to ask for instead, where it is no matter of a table. */
  readonly advice: string | null;
  constructor(parameter: string | null = null, advice: string | null = null) {
    super('not acceptable');
    this.advice = advice;
    this.parameter = parameter;
  }
}

/** The answer has rows, or is about one environment for another reason, and several were asked for. */
export class OneEnvironmentOnlyError extends Error {
  override name = 'OneEnvironmentOnlyError' as const;
  /** What would have to be done, in words: `add summary=true`. */
  readonly advice: string;
  constructor(advice: string) {
    super('one environment only');
    this.advice = advice;
  }
}
