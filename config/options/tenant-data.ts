/**
 * Data that two owners would share: whoever owns an environment may read its buckets, its database and the files of its
 * constants, so none of these may be another's too.
 */
import { reportPrefix } from '../inventory-names.ts';
import type { Config } from '../schema.ts';
import { isolatedTenantOf, type Owner, ownersOfEnvironment } from '../tenancy.ts';

/** A part of a bucket that an environment reads. */
interface Place {
  owner: Owner;
  /** Path of the field in the configuration. */
  path: string;
  bucket: string;
  /** What keys begin with; empty: the whole bucket. */
  prefix: string;
}

/** Faults in words, each starting with the path of its field. */
export function* sharedDataFaults(config: Config): Generator<string> {
  const places = Object.entries(config.environments).flatMap(([name, environment]) =>
    placesOf(ownersOfEnvironment(config, name)[0] ?? null, `environments.${name}`, environment, config.inventory),
  );
  for (const [index, place] of places.entries()) {
    const other = places.slice(0, index).find((earlier) => earlier.owner !== place.owner && overlap(earlier, place));
    if (other !== undefined) {
      yield `${place.path}: ${place.bucket} ${place.prefix === '' ? '' : `below ${place.prefix} `}is read by ${other.owner ?? 'the operator'} too, by ${other.path}`;
    }
  }
  yield* bucketFaults(config);
  yield* databaseFaults(config);
}

/**
 * Whoever may list the unfinished uploads of a part of a bucket may list them all, as IAM knows no prefix there: a tenant
 * that IAM keeps apart has whole buckets.
 */
function* bucketFaults(config: Config): Generator<string> {
  const readers = new Map<string, Owner>();
  for (const [name, { buckets = [] }] of Object.entries(config.environments)) {
    const reader = isolatedTenantOf(config, name);
    for (const [index, { bucket, prefix }] of buckets.entries()) {
      const other = readers.get(bucket);
      readers.set(bucket, reader);
      if (prefix !== undefined && other !== undefined && other !== reader) {
        yield `environments.${name}.buckets.${index}.bucket: ${bucket} has files of ${other ?? 'others'} and of ${reader ?? 'others'}; a tenant with isolation "roles" has buckets of its own`;
      }
    }
  }
}

function placesOf(
  owner: Owner,
  path: string,
  environment: Config['environments'][string],
  inventory: Config['inventory'],
): Place[] {
  const { buckets = [], constants } = environment;
  const { archive, overrides = [] } = constants ?? {};
  return [
    ...buckets.map(({ bucket, prefix = '' }, index) => ({ owner, path: `${path}.buckets.${index}`, bucket, prefix })),
    ...buckets.flatMap(({ bucket: source }) => {
      const report = inventory?.buckets[source];
      const at = `inventory.buckets.${source}`;
      return report ? [{ owner, path: at, bucket: report.bucket, prefix: reportPrefix(source, report) }] : [];
    }),
    ...(archive === undefined
      ? []
      : [
          {
            ...{ owner, path: `${path}.constants.archive`, bucket: archive.bucket },
            prefix: archive.key ?? archive.prefix ?? '',
          },
        ]),
    ...overrides.map(({ bucket, key }, index) => ({
      ...{ owner, path: `${path}.constants.overrides.${index}`, bucket, prefix: key },
    })),
  ];
}

/** `acc-` and `acc-2/` overlap, as do a whole bucket and anything in it; `a/` and `b/` do not. */
function overlap(one: Place, other: Place): boolean {
  return one.bucket === other.bucket && (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix));
}

function* databaseFaults(config: Config): Generator<string> {
  const owners = new Map<string, Owner>();
  for (const [name, { database }] of Object.entries(config.environments)) {
    const server = config.databases[database?.server ?? ''];
    if (database === undefined || server === undefined) continue;
    const [owner = null] = ownersOfEnvironment(config, name);
    const key = JSON.stringify([server.resource_id, database.name]);
    const other = owners.get(key);
    if (other !== undefined && other !== owner) {
      yield `environments.${name}.database: ${database.name} is ${other ?? 'the operator'}'s too`;
    }
    if (other === undefined) owners.set(key, owner);
  }
}
