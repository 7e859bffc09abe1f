/** What a domain function gets and gives: no event, no header, no SDK. */
import type { Deadline } from './context.ts';
import type { Environment, KeyObject, Scope } from './contract.ts';

export interface NamedEnvironment extends Environment {
  name: string;
}

/** An environment that the caller may read, with the scopes that its token and its entries both give there. */
export interface Readable {
  environment: NamedEnvironment;
  scopes: readonly Scope[];
}

/** A request to a route that is about no environment. */
export interface RouteRequest<Parameters = Record<never, never>, Position = unknown> {
  /** The route's own parameters, parsed. */
  parameters: Parameters;
  /** Rows of a page, 1 to 1,000 (10,000 in CSV). */
  limit: number;
  /** Where the caller's cursor stands; `null` on the first page. Already verified; its shape is the route's own. */
  position: Position | null;
  deadline: Deadline;
  /** Every environment that the caller may read with this route, by name. */
  readable(): readonly Readable[];
  /** The API's release. */
  version: string;
  /** True when the answer will be CSV. */
  csv: boolean;
}

/** A request about one environment, which the caller may read and which the configuration offers for the route. */
export interface EnvironmentRequest<Parameters, Position = never> extends RouteRequest<Parameters, Position> {
  environment: NamedEnvironment;
  /** True when both the token and the caller's entries permit it for this environment. */
  allows(scope: Scope): boolean;
  /**
   * Another environment that the caller may read with this route.
   * @throws UnknownEnvironmentError, NotOfferedError
   */
  other(environment: string): NamedEnvironment;
  /** Keys for fingerprints and identities. @throws KeysUnavailableError */
  keys(): Promise<Pick<KeyObject, 'fingerprint' | 'identity'>>;
}

/** What a domain function returns. The door adds `next_cursor`, headers, the representation and caching. */
export interface Answer<Body, Position = never> {
  body: Body & { complete: boolean };
  /** Position of the next page; `null` on the last one. JSON values only, small: it travels in a header. */
  next: Position | null;
  /** Position after the first `rows` rows: with it, the door can cut a page that passes Lambda's 6 MB. */
  position_after?: (rows: number) => Position;
  /** The time that the answer is true for; part of the ETag. ISO 8601. `null`: it comes from configuration alone. */
  as_of: string | null;
  /** What else a new ETag depends on, where the data can change without its `as_of` doing so. */
  revision?: string;
  /** Seconds that a client may keep it. */
  max_age: number;
  /** No newer `as_of` can exist before this time: until then a matching ETag is answered without the domain. */
  fresh_until?: string;
  /** Personal data or secrets in clear: `no-store`, no ETag, an audit line with these field names. */
  clear?: { fields: string[] };
  /** An exact-name look-up or the like that is audited although masked. */
  audited?: boolean;
}
