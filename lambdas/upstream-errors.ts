/**
 * What can go wrong with what a route reads, as data. `faults.ts` alone turns these into answers and into parts of good
 * answers, with the words of `problems.ts`; see `request-errors.ts` for what no message may hold.
 */

/** The signing keys or the JWKS cannot be read: nobody can be let in. */
export class KeysUnavailableError extends Error {
  override name = 'KeysUnavailableError' as const;
}

/** An upstream answered with an error that is not the caller's. `source` is its configured name or kind. */
export class UpstreamFailedError extends Error {
  override name = 'UpstreamFailedError' as const;
  readonly source: string;
  /** A stable word for the cause, one of `UPSTREAM_REASONS` in `problem-reasons.ts` or a SQLSTATE (`sqlstate-42703`). */
  readonly reason: string;
  /** What to do, where the thrower knows better than the reason tells. */
  readonly advice: string | null;
  constructor(source: string, reason: string, options?: ErrorOptions & { advice?: string }) {
    super(`${source}: ${reason}`, options);
    this.source = source;
    this.reason = reason;
    this.advice = options?.advice ?? null;
  }
}

/** An upstream asks for slower requests, and waiting for it took all the time there was. */
export class UpstreamThrottledError extends Error {
  override name = 'UpstreamThrottledError' as const;
  /** Its configured name or kind. */
  readonly source: string;
  constructor(source: string, options?: ErrorOptions) {
    super(source, options);
    this.source = source;
  }
}

/** The deadline came before the upstream's answer. */
export class UpstreamTimeoutError extends Error {
  override name = 'UpstreamTimeoutError' as const;
  /** Its configured name or kind. */
  readonly source: string;
  constructor(source: string, options?: ErrorOptions) {
    super(source, options);
    this.source = source;
  }
}

/** Why; each has its advice in `problem-reasons.ts`. */
export type DatabaseFault =
  | 'unreachable'
  | 'tls'
  | 'login-refused'
  | 'grant-missing'
  | 'too-many-connections'
  | 'starting'
  | 'unsupported-version';

/** The environment's database cannot be used for this. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError' as const;
  /** The server's name in the configuration. */
  readonly source: string;
  readonly reason: DatabaseFault;
  /** The table that the role may not read, with `grant-missing`. */
  readonly table: string | null;
  constructor(source: string, reason: DatabaseFault, table: string | null = null, options?: ErrorOptions) {
    super(`${source}: ${reason}`, options);
    this.source = source;
    this.reason = reason;
    this.table = table;
  }
}

/** Why the record cannot be used; each has its advice in `problem-reasons.ts`. */
export type RecordFault = 'missing' | 'unreadable' | 'newer-schema';

/** What the recorder has written is not there, or cannot be read. */
export class RecordUnavailableError extends Error {
  override name = 'RecordUnavailableError' as const;
  readonly reason: RecordFault;
  constructor(reason: RecordFault, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/** Why; each has its advice in `problem-reasons.ts`. */
export type InventoryFault =
  | 'not-configured'
  | 'missing'
  | 'old'
  | 'cut'
  | 'unknown-schema'
  | 'not-permitted'
  | 'unreadable'
  | 'over-limit'
  | 'cancelled'
  | 'unconfirmed';

/** S3's report of a bucket cannot be used. */
export class InventoryUnavailableError extends Error {
  override name = 'InventoryUnavailableError' as const;
  readonly reason: InventoryFault;
  constructor(reason: InventoryFault, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/** The agent that serves the environment's account does not answer. */
export class AgentUnreachableError extends Error {
  override name = 'AgentUnreachableError' as const;
  /** The agent's configured name. */
  readonly agent: string;
  constructor(agent: string, options?: ErrorOptions) {
    super(`agent ${agent} unreachable`, options);
    this.agent = agent;
  }
}

/**
 * What the route threw in another account, where an agent serves it: already a problem, made there by the same table.
 * `relay` has checked it, so that no agent puts anything but a known problem into an answer.
 */
export class RelayedProblemError extends Error {
  override name = 'RelayedProblemError' as const;
  /** As `faults.ts` makes it. */
  readonly problem: RelayedProblem;
  /** The agent's configured name. */
  readonly agent: string;
  constructor(problem: RelayedProblem, agent: string) {
    super(`relayed: ${problem.slug}`);
    this.problem = problem;
    this.agent = agent;
  }
}

/** `Problem` of `faults.ts` with a slug that is in its table. */
export interface RelayedProblem {
  slug: string;
  title: string;
  status: number;
  detail: string;
  retry_after?: number;
  members?: Record<string, unknown>;
}
