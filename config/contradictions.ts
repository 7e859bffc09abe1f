/**
 * What a schema cannot see: fields that contradict each other, or pass a limit of AWS together. Limits that only the
 * stack can count, such as the size of policies, are found at synthesis (`lib/permissions`).
 */
import { selects } from '../lambdas/selector.ts';
import { networkFaults } from './network-contradictions.ts';
import { optionFaults } from './options/contradictions.ts';
import { placeFaults } from './place-contradictions.ts';
import type { Config } from './schema.ts';

/** HTTP APIs take 50 audiences an authorizer, fixed (API Gateway quotas); people's client is one of them. */
const MAX_AUDIENCES = 50;

/** Faults in words, each starting with the path of its field; empty for a sound configuration. */
export function contradictions(config: Config): string[] {
  return [
    ...placeFaults(config),
    ...networkFaults(config),
    ...databaseFaults(config),
    ...environmentFaults(config),
    ...callerFaults(config),
    ...optionFaults(config),
  ];
}

/** What the endpoints of clusters and proxies have in their names, and what their resource ids begin with. */
const KINDS = [
  { host: /\.cluster-/, resource: 'cluster-', what: 'a cluster' },
  { host: /\.proxy-/, resource: 'prx-', what: 'an RDS Proxy' },
];

/**
 * RDS signs and checks the IAM token for the endpoint's own name, and its certificate names no other (RDS User Guide,
 * "Connecting to your DB instance using IAM authentication"). `localhost` is a server of the local run.
 */
function* databaseFaults({ databases, region }: Config): Generator<string> {
  const ingressOf = new Map<string, string>();
  for (const [name, { host, port, resource_id, instance_identifier, ...database }] of Object.entries(databases)) {
    const listener = `${database.security_group}:${port}`;
    const ingress = ingressOf.get(listener) ?? database.security_group_ingress;
    ingressOf.set(listener, ingress);
    if (ingress !== database.security_group_ingress) {
      yield `databases.${name}.security_group_ingress: another database has the same group and port with "${ingress}"`;
    }
    if (host !== 'localhost' && !host.endsWith(`.${region}.rds.amazonaws.com`)) {
      yield `databases.${name}.host: ${host} is no RDS endpoint in ${region} (….${region}.rds.amazonaws.com); an alias breaks token and certificate`;
    }
    if (resource_id.startsWith('cluster-') && instance_identifier !== undefined) {
      yield `databases.${name}.instance_identifier: must be left out with a cluster-… resource id: Aurora's storage has no free space to show`;
    }
    for (const kind of KINDS) {
      if (kind.host.test(host) && !resource_id.startsWith(kind.resource)) {
        yield `databases.${name}.resource_id: ${host} is ${kind.what}, whose resource id is ${kind.resource}…`;
      }
    }
    if (resource_id.startsWith('prx-') && host !== 'localhost' && !/\.proxy-/.test(host)) {
      yield `databases.${name}.host: ${resource_id} is an RDS Proxy, whose endpoint has .proxy- in its name`;
    }
  }
}

/** Names that point nowhere, and names that are there twice where answers tell things apart by them. */
function* environmentFaults({ environments, databases, bucket_keys }: Config): Generator<string> {
  const objectBuckets = new Set<string>();
  for (const [name, environment] of Object.entries(environments)) {
    const path = `environments.${name}`;
    const server = environment.database?.server;
    if ((environment.buckets ?? []).filter(({ files }) => files !== undefined).length > 1) {
      yield `${path}.buckets: one of them at most has files: the app keeps all of them in one bucket`;
    }
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
