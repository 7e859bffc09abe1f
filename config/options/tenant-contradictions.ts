/** What a schema cannot see in tenants: everything has one owner, and nothing that one of them has reaches into another. */
import { selects } from '../../lambdas/selector.ts';
import type { Config } from '../schema.ts';
import {
  type CallerKind,
  databaseUserOf,
  estates,
  isolatedTenantOf,
  type Owner,
  ownersOfCaller,
  ownersOfEnvironment,
} from '../tenancy.ts';
import { sharedDataFaults } from './tenant-data.ts';
import { sharedWorkloadFaults } from './tenant-workloads.ts';

/** Tags of the functions' roles by which STS knows them; a company's own tag of that name would take its place. */
const OWN_TAGS = ['spiffe_id', 'tenant'];

/**
 * An ID of a function, `spiffe://<trust domain>/function/<stage>/<route>`, is the value of a tag of its sessions, of 256
 * characters at most (STS API reference, "Tag").
 */
const MAX_TRUST_DOMAIN_LENGTH = 180;

/** Faults in words, each starting with the path of its field; empty without tenants. */
export function* tenantFaults(config: Config): Generator<string> {
  if (config.tenants === undefined) {
    if (config.operator !== undefined) yield 'operator: goes with tenants, and there are none';
    return;
  }
  if (config.trust_domain === undefined) yield 'trust_domain: is required with tenants';
  else if (config.trust_domain.length > MAX_TRUST_DOMAIN_LENGTH) {
    yield `trust_domain: must be at most ${MAX_TRUST_DOMAIN_LENGTH} characters with tenants, as it stands in tags of sessions`;
  }
  for (const tag of OWN_TAGS) {
    if (Object.hasOwn(config.tags, tag)) yield `tags.${tag}: with tenants the stack sets it`;
  }
  yield* ownerFaults(config);
  yield* selectorFaults(config);
  yield* callerFaults(config);
  yield* providerFaults(config);
  yield* databaseUserFaults(config);
  yield* sharedDataFaults(config);
  yield* sharedWorkloadFaults(config);
}

/** How the configuration calls an owner, and a list of them. */
const pathOf = (owner: Owner) => (owner === null ? 'operator' : `tenants.${owner}`);
const named = (owners: readonly Owner[]) => owners.map((owner) => owner ?? 'operator').join(' and ');

/** Callers of each kind with what they may read, and where the configuration has them. */
function callersOf({ callers, airflow }: Config): {
  kind: CallerKind;
  path: string;
  entries: Readonly<Record<string, { environments: readonly string[] }>>;
}[] {
  return [
    { kind: 'clients', path: 'callers.clients', entries: callers.clients },
    { kind: 'groups', path: 'callers.groups', entries: callers.groups },
    { kind: 'pipelines', path: 'airflow.pipelines', entries: airflow?.pipelines ?? {} },
    { kind: 'roles', path: 'airflow.roles', entries: airflow?.roles ?? {} },
  ];
}

/** Neither nobody's nor two's: a right that nobody meant to give must not follow from a pattern. */
function* ownerFaults(config: Config): Generator<string> {
  const fault = (path: string, owners: readonly Owner[], list: string) => {
    if (owners.length === 0) return `${path}: belongs to nobody; name it in tenants.<name>.${list} or operator.${list}`;
    return owners.length > 1 ? `${path}: belongs to ${named(owners)}, and may have one owner only` : null;
  };
  for (const name of Object.keys(config.environments)) {
    const found = fault(`environments.${name}`, ownersOfEnvironment(config, name), 'environments');
    if (found !== null) yield found;
  }
  for (const { kind, path, entries } of callersOf(config)) {
    for (const name of Object.keys(entries)) {
      const found = fault(`${path}.${name}`, ownersOfCaller(config, kind, name), `callers.${kind}`);
      if (found !== null) yield found;
    }
  }
}

/** What points nowhere is a typo. */
function* selectorFaults(config: Config): Generator<string> {
  for (const { owner, environments, callers } of estates(config)) {
    for (const [index, selector] of environments.entries()) {
      if (!Object.entries(config.environments).some(([name, { labels }]) => selects(selector, { name, labels }))) {
        yield `${pathOf(owner)}.environments.${index}: ${selector} is no environment, pattern or label of one`;
      }
    }
    for (const { kind, path, entries } of callersOf(config)) {
      for (const [index, name] of (callers[kind] ?? []).entries()) {
        if (!Object.hasOwn(entries, name)) {
          yield `${pathOf(owner)}.callers.${kind}.${index}: ${path} has no ${name}`;
        }
      }
    }
  }
}

/** `*` of a tenant's caller means what is the tenant's. What means nothing there was meant for somebody else's. */
function* callerFaults(config: Config): Generator<string> {
  for (const { kind, path, entries } of callersOf(config)) {
    for (const [caller, { environments }] of Object.entries(entries)) {
      const [owner = null] = ownersOfCaller(config, kind, caller);
      if (owner === null) continue;
      const own = Object.entries(config.environments).filter(([name]) =>
        ownersOfEnvironment(config, name).includes(owner),
      );
      for (const [index, selector] of environments.entries()) {
        if (!own.some(([name, { labels }]) => selects(selector, { name, labels }))) {
          yield `${path}.${caller}.environments.${index}: ${selector} is no environment of ${owner}, whose caller this is`;
        }
      }
    }
  }
}

/** A provider decides over groups: its tenant's, and over nobody else's. */
function* providerFaults(config: Config): Generator<string> {
  const tenants = Object.entries(config.tenants ?? {});
  const providers = config.people === 'off' ? {} : (config.people.providers ?? {});
  const tenantOf = (provider: string) => tenants.find(([, tenant]) => tenant.provider === provider)?.[0] ?? null;
  for (const [tenant, { provider }] of tenants) {
    if (provider === undefined) continue;
    if (!Object.hasOwn(providers, provider)) yield `tenants.${tenant}.provider: people.providers has no ${provider}`;
    const first = tenantOf(provider);
    if (first !== tenant) yield `tenants.${tenant}.provider: ${provider} is the provider of ${first}`;
    // Names of people begin with their provider's, and Cognito compares names without case.
    const twin = Object.keys(providers).find(
      (other) => other !== provider && other.toLowerCase() === provider.toLowerCase(),
    );
    if (twin !== undefined) yield `tenants.${tenant}.provider: ${provider} and ${twin} differ by case alone`;
  }
  for (const [provider, { groups }] of Object.entries(providers)) {
    const tenant = tenantOf(provider);
    for (const [theirs, ours] of Object.entries(groups)) {
      const path = `people.providers.${provider}.groups.${theirs}`;
      const [owner = null] = ownersOfCaller(config, 'groups', ours);
      if (tenant !== null && owner !== tenant) {
        yield `${path}: ${ours} is a group of ${owner ?? 'the operator'}, and the provider of ${tenant} decides over its own alone`;
      } else if (tenant === null && owner !== null && config.tenants?.[owner]?.provider !== undefined) {
        yield `${path}: ${ours} is a group of ${owner}, which has a provider of its own`;
      }
    }
  }
}

/** IAM lets a tenant's role log in as one database role: two owners with the same one on a server are not apart. */
function* databaseUserFaults(config: Config): Generator<string> {
  const readers = new Map<string, Set<Owner>>();
  for (const [name, { database }] of Object.entries(config.environments)) {
    const server = config.databases[database?.server ?? ''];
    if (server === undefined) continue;
    const key = `${server.resource_id} ${databaseUserOf(config, name)}`;
    readers.set(key, (readers.get(key) ?? new Set()).add(isolatedTenantOf(config, name)));
  }
  for (const [key, owners] of readers) {
    const [resource, user] = key.split(' ');
    const [tenant] = [...owners].filter((owner) => owner !== null);
    if (owners.size > 1) {
      yield `tenants.${tenant}.database_user: ${named([...owners])} would all log in to ${resource} as ${user}; give each tenant with isolation "roles" its own`;
    }
  }
}
