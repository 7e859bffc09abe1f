/**
 * Who owns what, where the configuration has tenants: decided here for the check at synthesis, for the roles and for what
 * the functions are told.
 */
import { selects } from '../lambdas/selector.ts';
import type { Config } from './schema.ts';

export type Tenants = NonNullable<Config['tenants']>;

/** A tenant by its name; `null` is the operator. */
export type Owner = string | null;

/** What an owner has in the configuration. */
interface Estate {
  owner: Owner;
  environments: readonly string[];
  callers: Readonly<Partial<Record<CallerKind, readonly string[] | undefined>>>;
}

/** Who can call: by the API or by the Airflow gateway, and by the gateway alone. */
export type CallerKind = 'clients' | 'groups' | 'pipelines' | 'roles';

/** Everybody who can own something; empty without tenants. */
export function estates({ tenants, operator }: Config): Estate[] {
  if (tenants === undefined) return [];
  const ofOperator = operator ?? { environments: [], callers: { clients: [], groups: [] } };
  return [
    ...Object.entries(tenants).map(([owner, { environments, callers }]) => ({ owner, environments, callers })),
    { owner: null, ...ofOperator },
  ];
}

/** Whose an environment is. More than one, or none, is refused at synthesis. */
export function ownersOfEnvironment(config: Config, environment: string): Owner[] {
  const labels = config.environments[environment]?.labels ?? {};
  return estates(config)
    .filter(({ environments }) => environments.some((selector) => selects(selector, { name: environment, labels })))
    .map(({ owner }) => owner);
}

/** Whose a caller is. More than one, or none, is refused at synthesis. */
export function ownersOfCaller(config: Config, kind: CallerKind, caller: string): Owner[] {
  return estates(config)
    .filter(({ callers }) => callers[kind]?.includes(caller))
    .map(({ owner }) => owner);
}

/** The tenant whose role alone reads an environment's data; `null`: the functions read it with their own. */
export function isolatedTenantOf(config: Config, environment: string): string | null {
  const [owner = null] = ownersOfEnvironment(config, environment);
  return owner !== null && config.tenants?.[owner]?.isolation === 'roles' ? owner : null;
}

/** Names of the tenants with a role of their own. */
export function isolatedTenants({ tenants = {} }: Config): string[] {
  return Object.keys(tenants).filter((name) => tenants[name]?.isolation === 'roles');
}

/**
 * The configuration with those environments alone that `owner` reads with its own role; `null`: those that the functions
 * read with theirs.
 */
export function readBy(config: Config, owner: Owner): Config {
  const environments = Object.entries(config.environments).filter(([name]) => isolatedTenantOf(config, name) === owner);
  return { ...config, environments: Object.fromEntries(environments) };
}

/** The database role that reads an environment: its tenant's, else the server's. */
export function databaseUserOf(config: Config, environment: string): string | null {
  const server = config.databases[config.environments[environment]?.database?.server ?? ''];
  if (server === undefined) return null;
  const [owner = null] = ownersOfEnvironment(config, environment);
  return (owner === null ? undefined : config.tenants?.[owner]?.database_user) ?? server.user;
}

/**
 * The name is the stage's own and known before the deployment: owners of buckets in other accounts, and of KMS keys, let in
 * this role by its ARN.
 */
export function tenantRoleName({ stage }: Pick<Config, 'stage'>, tenant: string): string {
  return `mrt-${stage}-tenant-${tenant}`;
}

/** ARN of a tenant's role. */
export function tenantRoleArn(config: Pick<Config, 'stage' | 'account'>, tenant: string): string {
  return `arn:aws:iam::${config.account}:role/${tenantRoleName(config, tenant)}`;
}
