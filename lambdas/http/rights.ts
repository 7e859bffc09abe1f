/**
 * What a caller may do: only what its token's scopes and its entries in the configuration both allow.
 * Entries are pairs of scopes and environments; they add up, but never across: a scope from one entry does not reach
 * an environment of another.
 */
import { ALL_SCOPES, type Caller, type Callers, type Scope, type Settings } from '../contract.ts';
import type { NamedEnvironment, Readable } from '../exchange.ts';
import { selects } from '../selector.ts';
import type { Principal } from './token.ts';

export class Rights {
  readonly #everywhere: readonly Readable[];

  constructor(principal: Principal, settings: Pick<Settings, 'callers' | 'environments'>) {
    const entries = entriesOf(principal, settings.callers);
    this.#everywhere = Object.entries(settings.environments)
      .map(([name, environment]) => ({ ...environment, name }))
      .map((environment) => ({ environment, scopes: scopesIn(environment, principal, entries) }))
      .filter(({ scopes }) => scopes.length > 0)
      .sort((a, b) => (a.environment.name < b.environment.name ? -1 : 1));
  }

  /** The environments where any one of `scopes` holds, by name. */
  readable(scopes: readonly Scope[]): readonly Readable[] {
    return this.#everywhere.filter((readable) => readable.scopes.some((scope) => scopes.includes(scope)));
  }
}

/** Rights of the callers seen lately: working them out costs more than the rest of the door. */
export class KnownRights {
  readonly #settings: Pick<Settings, 'callers' | 'environments'>;
  readonly #known = new Map<string, Rights>();
  readonly #most = 200;

  constructor(settings: Pick<Settings, 'callers' | 'environments'>) {
    this.#settings = settings;
  }

  of(principal: Principal): Rights {
    const names = principal.kind === 'client' ? [principal.name] : principal.groups;
    const key = JSON.stringify([principal.kind, names, [...principal.scopes]]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#most) this.#known.clear();
    const rights = new Rights(principal, this.#settings);
    this.#known.set(key, rights);
    return rights;
  }
}

function entriesOf(principal: Principal, callers: Callers): Caller[] {
  return principal.kind === 'client' ? pick(callers.clients, [principal.name]) : pick(callers.groups, principal.groups);
}

function pick(callers: Record<string, Caller>, names: readonly string[]): Caller[] {
  return names.flatMap((name) => (Object.hasOwn(callers, name) ? [callers[name] as Caller] : []));
}

function scopesIn(environment: NamedEnvironment, principal: Principal, entries: readonly Caller[]): Scope[] {
  const here = entries.filter((entry) => entry.environments.some((selector) => selects(selector, environment)));
  return ALL_SCOPES.filter(
    (scope) => principal.scopes.has(scope) && here.some((entry) => entry.scopes.includes(scope)),
  );
}
