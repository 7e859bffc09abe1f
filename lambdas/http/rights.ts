/**
 * What a caller may do: only what its token's scopes and its entries in the configuration both allow.
 * Entries are pairs of scopes and environments; they add up, but never across: a scope from one entry does not reach
 * an environment of another.
 */
import { BoundedCache } from '../bounded-cache.ts';
import { ALL_SCOPES, type Scope } from '../contract.ts';
import type { NamedEnvironment, PermittedEnvironment } from '../exchange.ts';
import { selects } from '../selector.ts';
import type { Caller, Callers, Settings } from '../settings.ts';
import { isWithin, type Owner, ownerOf } from '../tenancy.ts';
import type { TokenBearer } from './token.ts';

/** The environments that a caller may read with one route. */
export interface Rights {
  /** Whose caller it is: a tenant's; `null`: the operator's, or anybody in a stage without tenants. */
  tenant: Owner;
  /** By name. */
  environments: readonly PermittedEnvironment[];
  /** All of it as text, for what depends on the caller's rights. */
  key: string;
}

/** The part of the settings that rights are made of. */
export type Grants = Pick<Settings, 'callers' | 'environments' | 'tenants'>;

/** The environments where any one of `scopes` holds for the bearer. */
export function rightsOf(bearer: TokenBearer, scopes: readonly Scope[], grants: Grants): Rights {
  const owner =
    process.env['MRT_WITH_TENANTS'] === 'off' || grants.tenants === undefined ? null : ownerOf(bearer, grants);
  // Nobody's caller has no entry.
  const entries = owner === undefined ? [] : entriesOf(bearer, grants.callers);
  const environments = Object.entries(grants.environments)
    .map(([name, environment]) => ({ ...environment, name }))
    .map((environment) => ({ environment, scopes: scopesIn(environment, bearer, entries) }))
    .filter((permitted) => permitted.scopes.some((scope) => scopes.includes(scope)))
    .sort((a, b) => (a.environment.name < b.environment.name ? -1 : 1));
  const held = JSON.stringify(environments.map((permitted) => [permitted.environment.name, permitted.scopes]));
  const tenant = owner ?? null;
  return { tenant, environments, key: tenant === null ? held : `${tenant}: ${held}` };
}

/** Callers whose rights an instance keeps: working them out costs more than the rest of admission. */
export const MAX_KNOWN_RIGHTS = 200;

/** Rights of the callers seen lately, for one route. */
export class KnownRights {
  readonly #grants: Grants;
  readonly #scopes: readonly Scope[];
  readonly #known = new BoundedCache<Rights>(MAX_KNOWN_RIGHTS);

  /** @param scopes any one of them lets a caller read an environment with the route */
  constructor(grants: Grants, scopes: readonly Scope[]) {
    this.#grants = grants;
    this.#scopes = scopes;
  }

  of(bearer: TokenBearer): Rights {
    const names = bearer.kind === 'client' ? [bearer.name] : [bearer.provider, ...bearer.groups];
    const key = JSON.stringify([bearer.kind, names, [...bearer.scopes]]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const rights = rightsOf(bearer, this.#scopes, this.#grants);
    this.#known.set(key, rights);
    return rights;
  }
}

/** A machine client has the entry of its name, a person those of all its groups. */
function entriesOf(bearer: TokenBearer, callers: Callers): Caller[] {
  return bearer.kind === 'client' ? pick(callers.clients, [bearer.name]) : pick(callers.groups, bearer.groups);
}

/** Own names only: `constructor` is a group that nobody configured. */
function pick(callers: Record<string, Caller>, names: readonly string[]): Caller[] {
  return names.flatMap((name) => (Object.hasOwn(callers, name) ? [callers[name] as Caller] : []));
}

/** Scopes of the token that one of the entries gives in this very environment. */
function scopesIn(environment: NamedEnvironment, bearer: TokenBearer, entries: readonly Caller[]): Scope[] {
  const here = entries.filter((entry) => means(entry, environment));
  return ALL_SCOPES.filter((scope) => bearer.scopes.has(scope) && here.some((entry) => entry.scopes.includes(scope)));
}

function means(entry: Caller, environment: NamedEnvironment): boolean {
  if (process.env['MRT_WITH_TENANTS'] !== 'off' && !isWithin(entry, environment)) return false;
  return entry.environments.some((selector) => selects(selector, environment));
}
