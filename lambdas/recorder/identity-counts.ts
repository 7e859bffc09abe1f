/**
 * The counts of different people that a run makes: one for each part of the record, as people of two tenants are never put
 * side by side, not even as hashes.
 */
import type { Context } from '../context.ts';
import type { NamedEnvironment } from '../exchange.ts';
import { type Fault, faultOf } from '../faults.ts';
import type { Distinct } from '../record/latest.ts';
import { utc } from '../utc.ts';
import { better, Identities, isDue } from './identities.ts';
import type { Run } from './run-options.ts';
import { tenantOf, tenantsOf } from './tenant-parts.ts';
import { contentOf, type Views } from './views.ts';

/** Of one run. */
export class IdentityCounts {
  readonly #before = new Map<string | null, Distinct | null>();
  /** Of the parts that are to be counted anew. */
  readonly #counting = new Map<string | null, Identities>();
  readonly #now: Date;

  /** @param views as they were before the run */
  constructor(environments: readonly NamedEnvironment[], views: Views, now: Date) {
    this.#now = now;
    for (const tenant of tenantsOf(environments)) {
      const before = contentOf(views, 'users', tenant)?.distinct ?? null;
      const counted = environments
        // People of other accounts are not put side by side with those of this one: their hashes do not leave it.
        .filter(({ offers, agent }) => agent === undefined && offers.includes('users'))
        .filter((environment) => tenantOf(environment) === tenant)
        .map(({ name }) => name);
      this.#before.set(tenant, before);
      if (isDue(before, counted, now)) this.#counting.set(tenant, new Identities());
    }
  }

  /** A database that does not give them has none in the count, which says so by the environments that it names. */
  async add(environment: NamedEnvironment, context: Context, run: Run): Promise<Fault[]> {
    const identities = this.#counting.get(tenantOf(environment));
    if (identities === undefined) return [];
    if (environment.database === undefined || !environment.offers.includes('users')) return [];
    try {
      const rows = await run.upstreams(context, environment).identities(environment.database, identities.salt);
      identities.add(environment.name, rows);
      return [];
    } catch (error) {
      return [faultOf(error)];
    }
  }

  /** What a part has now. */
  of(tenant: string | null): Distinct | null {
    const counted = this.#counting.get(tenant)?.groups(utc(this.#now)) ?? null;
    return better(this.#before.get(tenant) ?? null, counted, this.#now);
  }
}
