/**
 * What a schema cannot see: fields that contradict each other, or pass a limit of AWS together. Limits that only the
 * stack can count, such as the size of policies, are found at synthesis (`lib/permissions`).
 */
import { selects } from '../lambdas/selector.ts';
import type { Config } from './schema.ts';

/** HTTP APIs take 50 audiences an authorizer, fixed (API Gateway quotas); people's client is one of them. */
const MAX_AUDIENCES = 50;

/** Faults in words, each starting with the path of its field; empty for a sound configuration. */
export function contradictions(config: Config): string[] {
  return [...networkFaults(config), ...databaseFaults(config), ...environmentFaults(config), ...callerFaults(config)];
}

/** A zone elsewhere, too few subnets, or a database that the new VPC could not reach. */
function* networkFaults({ network, region, databases }: Config): Generator<string> {
  for (const [index, zone] of network.availability_zones.entries()) {
    if (!zone.startsWith(region)) yield `network.availability_zones.${index}: ${zone} is not in ${region}`;
  }
  if (network.vpc === 'existing') {
    if (network.subnet_ids.length < network.availability_zones.length) {
      yield 'network.subnet_ids: must have one subnet a zone at least';
    }
    return;
  }
  const peered = new Set(network.peerings.map((peering) => peering.vpc_id));
  for (const [name, database] of Object.entries(databases)) {
    if (database.vpc_id === undefined) {
      yield `databases.${name}.vpc_id: is required with a new VPC, which reaches databases only by peering`;
    } else if (!peered.has(database.vpc_id)) {
      yield `databases.${name}.vpc_id: no entry of network.peerings reaches ${database.vpc_id}, so the functions could not`;
    }
  }
}

/**
 * RDS signs and checks the IAM token for the endpoint's own name, and its certificate names no other (RDS User Guide,
 * "Connecting to your DB instance using IAM authentication"). `localhost` is a server of the local run.
 */
function* databaseFaults({ databases, region }: Config): Generator<string> {
  for (const [name, { host, resource_id, instance_identifier }] of Object.entries(databases)) {
    if (host !== 'localhost' && !host.endsWith(`.${region}.rds.amazonaws.com`)) {
      yield `databases.${name}.host: ${host} is no RDS endpoint in ${region} (….${region}.rds.amazonaws.com); an alias breaks token and certificate`;
    }
    if (resource_id.startsWith('cluster-') && instance_identifier !== undefined) {
      yield `databases.${name}.instance_identifier: must be left out with a cluster-… resource id: Aurora's storage has no free space to show`;
    }
  }
}

/** Names that point nowhere, and names that are there twice where answers tell things apart by them. */
function* environmentFaults({ environments, databases, bucket_keys }: Config): Generator<string> {
  const objectBuckets = new Set<string>();
  for (const [name, environment] of Object.entries(environments)) {
    const path = `environments.${name}`;
    const server = environment.database?.server;
    if (server !== undefined && databases[server] === undefined) {
      yield `${path}.database.server: databases has no ${server}`;
    }
    const { buckets = [], constants } = environment;
    const bucketNames = buckets.map(({ bucket }) => bucket);
    for (const [index, bucket] of bucketNames.entries()) {
      if (bucketNames.indexOf(bucket) < index) yield `${path}.buckets.${index}.bucket: ${bucket} is there twice`;
    }
    const objects = [...(constants?.archive ? [constants.archive] : []), ...(constants?.overrides ?? [])];
    if (constants !== undefined && objects.length === 0) {
      yield `${path}.constants: must have an archive or overrides, or be left out`;
    }
    if (new Set(objects.map((object) => object.name)).size < objects.length) {
      yield `${path}.constants: archive and overrides must have different names`;
    }
    for (const { bucket } of objects) objectBuckets.add(bucket);
  }
  for (const bucket of Object.keys(bucket_keys)) {
    if (!objectBuckets.has(bucket)) yield `bucket_keys.${bucket}: no archive and no override is in this bucket`;
  }
}

/**
 * An entry that selects nothing is a typo: the caller would get 404s that nobody understands. `stage:prod` in a
 * configuration without such a label is refused here, and not met in production.
 */
function* callerFaults({ callers, environments, people }: Config): Generator<string> {
  for (const kind of ['clients', 'groups'] as const) {
    for (const [callerName, caller] of Object.entries(callers[kind])) {
      for (const [index, selector] of caller.environments.entries()) {
        if (!Object.entries(environments).some(([name, { labels }]) => selects(selector, { name, labels }))) {
          yield `callers.${kind}.${callerName}.environments.${index}: ${selector} is no environment, pattern or label of one`;
        }
      }
    }
  }
  if (people === 'off' && Object.keys(callers.groups).length > 0) {
    yield 'callers.groups: groups are for people, who are off';
  }
  const audiences = Object.keys(callers.clients).length + (people === 'off' ? 0 : 1);
  if (audiences > MAX_AUDIENCES) {
    yield `callers.clients: an HTTP API's authorizer takes ${MAX_AUDIENCES} app clients, there are ${audiences}`;
  }
  if (audiences === 0) yield 'callers.clients: must have one at least while people is off';
}
