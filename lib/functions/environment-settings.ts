/** What a function is told of an environment: the parts that its route needs, with what was left out made explicit. */
import { fileBuckets } from '../../config/file-buckets.ts';
import {
  type InventoryUse,
  inventoryDatabase,
  inventoryTable,
  inventoryWorkgroup,
  reportPrefix,
} from '../../config/inventory-names.ts';
import { type AirflowConfig, authenticationOf } from '../../config/options/airflow.ts';
import type { Config } from '../../config/schema.ts';
import { databaseUserOf, isolatedTenantOf, tenantRoleArn } from '../../config/tenancy.ts';
import type { Need } from '../../lambdas/contract.ts';
import type { AirflowSettings, Bucket, Constants, Database, Environment } from '../../lambdas/environment-settings.ts';
import { isServedByAgents } from '../../lambdas/relay/served-routes.ts';
import type { Route } from '../../lambdas/route.ts';

type EnvironmentConfig = Config['environments'][string];
type BucketConfig = NonNullable<EnvironmentConfig['buckets']>[number];

/** Mendix makes keys of prefix + UUID + suffix and adds no separator: without this `shop` would count `shop2…`. */
const UUID_AT_START = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
/** The same where the UUID's first digits are folders. */
const TREE_AT_START = UUID_AT_START.replace('^', '^[0-9a-fA-F]{2}/[0-9a-fA-F]{2}/');

/** Whether an environment has all that a route reads. Free disk space is a bonus of a database, not a need. */
function offers(route: Route, environment: EnvironmentConfig): boolean {
  if (!route.environment) return false;
  if (environment.agent !== undefined) {
    return isServedByAgents(route) && (environment.offers?.includes(route.name) ?? true);
  }
  const { needs } = route;
  if (needs.includes('constants')) return environment.constants !== undefined;
  if (needs.includes('airflow')) return environment.airflow !== undefined;
  return (
    (!needs.includes('database') || environment.database !== undefined) &&
    (!needs.includes('bucket_listing') || environment.buckets !== undefined) &&
    (!needs.includes('file_listing') || fileBuckets(environment).length === 1)
  );
}

/** An absent part is absent here too: a function cannot read what its bundle does not name. */
export function environmentOf(
  route: Pick<Route, 'needs'>,
  environmentName: string,
  config: Config,
  routes: readonly Route[],
): Environment {
  const environment = config.environments[environmentName];
  if (environment === undefined) throw new Error(`environments has no ${environmentName}`);
  const needs = (...needs: Need[]) => needs.some((need) => route.needs.includes(need));
  const { labels, buckets, database, constants, airflow } = environment;
  const place = placeOf(environmentName, config);
  return {
    labels,
    ...(config.recording !== 'off' && readerOf(environmentName, config)),
    ...(environment.agent !== undefined && { agent: environment.agent }),
    offers: routes.filter((candidate) => offers(candidate, environment)).map(({ name }) => name),
    ...(buckets &&
      needs('bucket_metrics', 'bucket_listing', 'file_listing') && {
        buckets: bucketsFor(needs, environment, place, config),
      }),
    ...(database && needs('database') && { database: databaseOf(environmentName, database, config) }),
    ...(constants && needs('constants') && { constants: constantsOf(constants, place) }),
    ...(airflow && needs('airflow') && { airflow: airflowOf(environmentName, airflow, config) }),
  };
}

/** Without a prefix every key counts; with one, those that Mendix made, unless a pattern says otherwise. */
function bucketsOf(buckets: readonly BucketConfig[], place: Place): Bucket[] {
  return buckets.map(({ bucket, prefix, key_pattern, files }) => ({
    bucket,
    ...place,
    prefix: prefix ?? null,
    key_pattern:
      key_pattern ?? (prefix === undefined ? null : files?.layout === 'tree' ? TREE_AT_START : UUID_AT_START),
  }));
}

/**
 * Who compares files is told of the buckets that hold them alone, and how they lie there; what is not configured is as
 * Mendix does it by default. Who asks for sizes is told of all, and the recorder, which does both, of both.
 */
function bucketsFor(
  needs: (...needs: Need[]) => boolean,
  environment: EnvironmentConfig,
  place: Place,
  config: Config,
): Bucket[] {
  const files = needs('file_listing') ? fileBuckets(environment) : [];
  const told = needs('bucket_metrics', 'bucket_listing') ? (environment.buckets ?? []) : files;
  return told.flatMap((bucket) =>
    bucketsOf([bucket], place).map((settings) => ({
      ...settings,
      ...(needs('bucket_inventory') && inventoryOf(bucket.bucket, 'totals', config, place)),
      ...(needs('file_inventory') && inventoryOf(bucket.bucket, 'keys', config, place)),
      ...(files.includes(bucket) && {
        files: {
          shape: bucket.files?.layout ?? 'flat',
          suffix: bucket.files?.suffix ?? '',
          size_tolerance: bucket.files?.size_tolerance_bytes ?? 0,
        },
      }),
    })),
  );
}

/** Where a bucket's reports are, and the table over them; nothing where none are configured. */
function inventoryOf(source: string, use: InventoryUse, config: Config, { reader }: Place): Pick<Bucket, 'inventory'> {
  const report = config.inventory?.buckets[source];
  if (report === undefined) return {};
  const { bucket, format, schedule, fields } = report;
  return {
    inventory: {
      ...(reader && { reader }),
      bucket,
      region: config.region,
      prefix: reportPrefix(source, report),
      format,
      schedule,
      fields: fields ?? null,
      table: `"${inventoryDatabase(config)}"."${inventoryTable(source)}"`,
      workgroup: inventoryWorkgroup(config, use, reader?.tenant ?? null),
    },
  };
}

/** Server and database in one, as a connection needs them. */
function databaseOf(environment: string, use: NonNullable<EnvironmentConfig['database']>, config: Config): Database {
  const server = config.databases[use.server];
  if (server === undefined) throw new Error(`databases has no ${use.server}`);
  return {
    ...use,
    host: server.host,
    port: server.port,
    user: databaseUserOf(config, environment) ?? server.user,
    ...readerOf(environment, config),
    instance_identifier: server.instance_identifier ?? null,
  };
}

/** What was left out is `null` here, so that the functions have one shape to read. */
function constantsOf(constants: NonNullable<EnvironmentConfig['constants']>, place: Place): Constants {
  const { archive, overrides, secret, not_secret, secrecy } = constants;
  return {
    archive: archive
      ? {
          name: archive.name,
          format: archive.format,
          bucket: archive.bucket,
          ...place,
          key: archive.key ?? null,
          version_id: archive.version_id ?? null,
          prefix: archive.prefix ?? null,
        }
      : null,
    overrides: overrides.map((override) => ({ ...override, ...place })),
    secret,
    not_secret,
    secrecy,
  };
}

/**
 * @param environment its name
 * @throws Error without a way to come in, which the configuration's check has refused
 */
export function airflowOf(environment: string, airflow: AirflowConfig, config: Config): AirflowSettings {
  const authentication = authenticationOf(airflow);
  if (authentication === null) throw new Error('an Airflow has a way to come in');
  const { base_url, token, basic, certificate_authority, region, role, web_server } = airflow;
  return {
    ...readerOf(environment, config),
    authentication,
    base_url: base_url ?? null,
    secret: (token ?? basic)?.secret_arn ?? null,
    certificate_authority: certificate_authority ?? null,
    mwaa:
      region === undefined || airflow.environment === undefined
        ? null
        : { region, environment: airflow.environment, role, session: web_server !== undefined },
  };
}

/** What everything of an environment in S3 has in common. */
type Place = Pick<Bucket, 'region' | 'reader'>;

function placeOf(environment: string, config: Config): Place {
  return { region: config.region, ...readerOf(environment, config) };
}

/** By whose session it is read; nothing where the functions read it with their own roles. */
function readerOf(environment: string, config: Config): Pick<Bucket, 'reader'> {
  const tenant = isolatedTenantOf(config, environment);
  return tenant === null ? {} : { reader: { tenant, role: tenantRoleArn(config, tenant) } };
}
