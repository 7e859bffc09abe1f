/** What the functions of a stage with tenants are told besides: whose everything is. */
import type { Config } from '../../config/schema.ts';
import { ownersOfCaller, ownersOfEnvironment } from '../../config/tenancy.ts';
import type { Caller, Settings } from '../../lambdas/settings.ts';

type Slice = Omit<Settings, 'configuration_version'>;

/**
 * The slice with an owner at each environment and caller, and the tenants.
 *
 * @param versionOf hash of a slice
 */
export function withTenants(slice: Slice, config: Config, versionOf: (slice: object) => string): Slice {
  const environments = Object.fromEntries(
    Object.entries(slice.environments).map(([name, environment]) => {
      const [tenant = null] = ownersOfEnvironment(config, name);
      return [name, { ...environment, tenant }];
    }),
  );
  const owned = (kind: 'clients' | 'groups', callers: Record<string, Caller>) =>
    Object.fromEntries(
      Object.entries(callers).map(([name, caller]) => {
        const [tenant = null] = ownersOfCaller(config, kind, name);
        return [name, { ...caller, tenant }];
      }),
    );
  const { clients, groups } = slice.callers;
  const callers = { clients: owned('clients', clients), groups: owned('groups', groups) };
  const whole = { ...slice, environments, callers };
  const tenants = Object.fromEntries(
    Object.entries(config.tenants ?? {}).map(([name, { provider = null }]) => [
      name,
      { configuration_version: versionOf(partOf(whole, name)), provider },
    ]),
  );
  return { ...whole, tenants };
}

/** What of the slice concerns a tenant: its own, and the operator's callers, who may read it. */
function partOf(slice: Slice, tenant: string): Slice {
  const { clients, groups } = slice.callers;
  const concerned = (callers: Record<string, Caller>) => only(callers, (caller) => caller.tenant ?? tenant, tenant);
  return {
    ...slice,
    environments: only(slice.environments, (environment) => environment.tenant, tenant),
    callers: { clients: concerned(clients), groups: concerned(groups) },
  };
}

function only<T>(all: Record<string, T>, ownerOf: (one: T) => string | null | undefined, owner: string) {
  return Object.fromEntries(Object.entries(all).filter(([, one]) => ownerOf(one) === owner));
}
