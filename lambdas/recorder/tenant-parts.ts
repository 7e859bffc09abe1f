/** Whose part of the record an environment is in: each tenant with a role of its own has one, and all others share one. */
import type { NamedEnvironment } from '../exchange.ts';

/** `null`: the part of all who have no role of their own. */
export function tenantOf({ reader }: Pick<NamedEnvironment, 'reader'>): string | null {
  return reader?.tenant ?? null;
}

/** The parts of a stage. That of all others is always there, so that who has no environment is told of the record's age. */
export function tenantsOf(environments: readonly NamedEnvironment[]): (string | null)[] {
  return [...new Set([null, ...environments.map(tenantOf)])];
}
