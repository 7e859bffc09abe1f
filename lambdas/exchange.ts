/** What a domain function gets and gives: plain data, no event, no header, no SDK. */
import type { Deadline } from './context.ts';
import type { Scope } from './contract.ts';
import type { Environment } from './environment-settings.ts';
import type { Fault } from './faults.ts';

export interface NamedEnvironment extends Environment {
  name: string;
}

/** An environment that the caller may read, with the scopes that its token and its entries both give there. */
export interface PermittedEnvironment {
  environment: NamedEnvironment;
  scopes: readonly Scope[];
}

/** What every request has. */
export interface AnyRequest<Parameters, Position> {
  /** The route's own parameters, parsed; one that was left out is absent. */
  parameters: Parameters;
  /** Rows of a page, 1 to 1,000 (10,000 in CSV). */
  limit: number;
  /** Where the caller's cursor stands; `null` on the first page. Already verified; its shape is the route's own. */
  position: Position | null;
  deadline: Deadline;
  /** The API's release. */
  version: string;
}

/** A request to a route that is about no environment. */
export interface RouteRequest<Parameters = Record<never, never>, Position = unknown>
  extends AnyRequest<Parameters, Position> {
  /** Every environment that the caller may read with this route, by name; none on an open route. */
  environments: readonly PermittedEnvironment[];
}

/** A request about one environment, which the caller may read and which the configuration offers for the route. */
export interface EnvironmentRequest<Parameters, Position = never> extends AnyRequest<Parameters, Position> {
  environment: NamedEnvironment;
  /**
   * Whether personal data or secrets are shown in clear: asked for by the parameter that the route's `discloses` names,
   * and permitted by its scope in this environment. Decided by `http` alone.
   */
  clear: boolean;
  /** Whether clear text would be permitted, asked for or not: without it, totals tell no more than masked rows do. */
  mayClear: boolean;
  /**
   * The environment that the route's `otherEnvironment` parameter names, which the caller may read as well; `null` when
   * it was not given.
   */
  other: NamedEnvironment | null;
}

/** A request about several environments, all of which the caller may read and which offer the route. */
export interface FleetRequest<Position = unknown> extends AnyRequest<unknown, Position> {
  /** By name. */
  environments: readonly PermittedEnvironment[];
  /** Figures for monitoring in place of summaries. */
  figures: boolean;
}

/** One metric with all that is known of it, of whichever environments. */
export interface MetricFamily {
  /** `mrt_table_total_bytes` */
  name: string;
  /** One sentence. */
  help: string;
  samples: { labels: Record<string, string>; value: number }[];
}

/** The body of an answer for monitoring systems. */
export interface MetricsBody {
  families: MetricFamily[];
}

/** What a domain function returns. `http` adds `next_cursor`, headers, the representation and caching. */
export interface Answer<Body, Position = never> {
  body: Body & { complete: boolean };
  /** Position of the next page; `null` on the last one. JSON values only, small: it travels in a header. */
  next: Position | null;
  /** The position after each row of the page, in their order: with it a page that passes Lambda's 6 MB can be cut. */
  positions?: readonly Position[];
  /** The time that the answer is true for; part of the ETag. ISO 8601. `null`: it comes from configuration alone. */
  as_of: string | null;
  /** What else a new ETag depends on, where the data can change without its `as_of` doing so. */
  revision?: string;
  /** Seconds that a client may keep it. */
  max_age: number;
  /** No newer `as_of` can exist before this time: until then a matching ETag is answered without the domain. */
  fresh_until?: string;
  /** With `clear`: names of the fields or things that are shown in clear, for the audit line. Never a value. */
  disclosed?: readonly string[];
  /** Each row or part that could not be had, though the answer as a whole is a 200: counted in the log line. */
  faults?: readonly Fault[];
}
