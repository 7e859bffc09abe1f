/**
 * Who calls, as the gateway says it: by a token that the authorizer has read, or by a role that IAM has let in. The
 * shape that the authorizer hands over and the proxy reads is this one declaration.
 */
import * as z from 'zod/mini';
import { InvalidTokenError } from '../request-errors.ts';

/**
 * What the authorizer says of a token. A context holds texts, numbers and booleans only (API Gateway guide, "Output from
 * an API Gateway Lambda authorizer"), so lists travel as JSON.
 */
export const tokenContext = z.object({
  kind: z.enum(['client', 'group', 'pipeline']),
  /** `client:etl`, `person:<subject>` or `pipeline:data/etl`; for the audit line. */
  principal: z.string(),
  /** JSON list: names of the entries in the configuration that are the caller's. */
  entries: z.string(),
  /** JSON list of the token's own scopes; `null`: it has none, and its entries alone decide. */
  scopes: z.string(),
  /** End of the token, in seconds since the epoch. A decision is kept by the gateway, and must not outlive the token. */
  expires: z.coerce.number(),
  /** What else says who it was, such as a job's number and branch; empty where there is nothing. */
  detail: z.string(),
  /** Sign-in provider that a person came by; left out: the pool itself, or no person. */
  provider: z.optional(z.string()),
});

export type TokenContext = z.output<typeof tokenContext>;

/** A caller before anything is asked of its rights. */
export interface Caller {
  kind: 'clients' | 'groups' | 'pipelines' | 'roles';
  /** For the audit line. */
  principal: string;
  detail: string | null;
  /** Names of its entries in the configuration. */
  entries: readonly string[];
  /** Of its token; `null`: the entries alone decide. */
  scopes: ReadonlySet<string> | null;
  /** Sign-in provider that a person came by, in lower case; `null`: the pool itself, or no person. */
  provider: string | null;
}

const list = z.array(z.string());

/**
 * The caller of the authorizer's words.
 *
 * @param context `requestContext.authorizer` of the event
 * @throws InvalidTokenError when the token's time is over, or the context is not the authorizer's
 */
export function callerOfToken(context: unknown, now = Date.now()): Caller {
  const parsed = tokenContext.safeParse(context);
  if (!parsed.success) throw new InvalidTokenError('the event has no caller');
  const { kind, principal, detail, entries, scopes, expires, provider = null } = parsed.data;
  if (!(expires * 1000 > now)) throw new InvalidTokenError('the token has expired');
  const own = z.nullable(list).parse(JSON.parse(scopes));
  return {
    kind: `${kind}s`,
    principal,
    detail: detail || null,
    entries: list.parse(JSON.parse(entries)),
    scopes: own === null ? null : new Set(own),
    provider,
  };
}

/**
 * The caller whose signature IAM has checked. `arn:aws:sts::111122223333:assumed-role/mrt-Batch-1X/i-0abc` is the role
 * `mrt-Batch-1X` in the session `i-0abc`; a role's path is not in it (IAM guide, "IAM identifiers").
 *
 * @param arn `requestContext.identity.userArn`
 * @param account of the API: a role of the same name elsewhere is another role
 * @param names of the configuration, by the role's name
 * @throws InvalidTokenError for whoever is no session of one of these roles
 */
export function callerOfRole(
  arn: string | null | undefined,
  account: string,
  names: ReadonlyMap<string, string>,
): Caller {
  const [, owner, role = '', session = ''] =
    /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/.exec(arn ?? '') ?? [];
  const name = owner === account ? names.get(role) : undefined;
  if (name === undefined) throw new InvalidTokenError('no role of this gateway');
  return { kind: 'roles', principal: `role:${name}`, detail: session, entries: [name], scopes: null, provider: null };
}
