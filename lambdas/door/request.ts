/** What a domain function gets and gives: no event, no header, no SDK. */
import type { Deadline } from '../context.ts';
import type { Environment, KeyObject, Scope } from '../contract.ts';

export interface NamedEnvironment extends Environment {
  environment: string;
}

/** `Parameters`: the route's own, parsed. `Position`: what its cursor carries. */
export interface Request<Parameters, Position = never> {
  environment: NamedEnvironment;
  parameters: Parameters;
  /** Rows of a page, 1 to 1,000 (10,000 in CSV). */
  limit: number;
  /** Where the caller's cursor stands; `null` on the first page. Already verified; its shape is the route's own. */
  position: Position | null;
  deadline: Deadline;
  /** True when both the token and the caller's entries permit it for this environment. */
  allows(scope: Scope): boolean;
  /** Another environment that the caller may read with this route. @throws UnknownEnvironmentError otherwise. */
  other(environment: string): NamedEnvironment;
  /** Keys for fingerprints and identities. @throws KeysUnavailableError */
  keys(): Promise<Pick<KeyObject, 'fingerprint' | 'identity'>>;
  /** True when the answer will be CSV. */
  csv: boolean;
}

/** What a domain function returns. The door adds `next_cursor`, headers, the representation and caching. */
export interface Answer<Body, Position = never> {
  body: Body & { complete: boolean };
  /** Position of the next page; `null` on the last one. JSON values only, small: it travels in a header. */
  next: Position | null;
  /** The time that the answer is true for; part of the ETag. ISO 8601. */
  as_of: string | null;
  /** Seconds that a client may keep it. */
  max_age: number;
  /** Personal data or secrets in clear: `no-store`, no ETag, an audit line with these field names. */
  clear?: { fields: string[] };
  /** An exact-name look-up or the like that is audited although masked. */
  audited?: boolean;
}
