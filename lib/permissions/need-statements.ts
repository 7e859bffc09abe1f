/**
 * What a route may do for each of its needs, as IAM statements of literals: account, Region and names come from the
 * configuration. The same statements make the functions' roles and the policies of the VPC endpoints.
 */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { fileBuckets } from '../../config/file-buckets.ts';
import type { Config } from '../../config/schema.ts';
import { databaseUserOf } from '../../config/tenancy.ts';
import type { Need } from '../../lambdas/contract.ts';
import { airflowStatements } from './airflow-statements.ts';
import { fileInventoryStatements, inventoryStatements } from './inventory-statements.ts';

/** Prefixes have 512 characters at most, and so many of them fit into a managed policy. */
const MAX_PREFIXES_PER_STATEMENT = 10;

/** A listing counts versions and unfinished uploads too, as both are paid for. */
const LIST_ACTIONS = ['s3:ListBucket', 's3:ListBucketVersions'];
/** Has no condition key `s3:prefix` (Service Authorization Reference, "Actions … for Amazon S3"): with it nothing is allowed. */
const LIST_UPLOADS = 's3:ListBucketMultipartUploads';

/** The statements that a route with this need gets; empty when no environment is configured for it. */
export function needStatements(need: Need, config: Config): PolicyStatement[] {
  return STATEMENTS[need](config);
}

/** By need: a new need is a line here. */
const STATEMENTS: Record<Need, (config: Config) => PolicyStatement[]> = {
  bucket_metrics: () => [metricStatement('cloudwatch:GetMetricData', 'cloudwatch:ListMetrics')],
  database_metrics: () => [metricStatement('cloudwatch:GetMetricData')],
  bucket_listing: listingStatements,
  bucket_inventory: inventoryStatements,
  file_listing: fileStatements,
  file_inventory: fileInventoryStatements,
  database: connectStatements,
  constants: constantsStatements,
  airflow: (config) => airflowStatements(config),
  // As the role that may start runs, where anybody may start any.
  airflow_trigger: (config) => (config.airflow ? airflowStatements(config, config.airflow.trigger_role) : []),
  airflow_metrics: ({ environments }) =>
    Object.values(environments).some(({ airflow }) => airflow?.environment !== undefined)
      ? [metricStatement('cloudwatch:GetMetricData')]
      : [],
};

/** Reading metrics knows no resources (Service Authorization Reference, "Actions … for Amazon CloudWatch"). */
function metricStatement(...actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: ['*'] });
}

/** Listing of current objects, of the buckets with the apps' files alone. No object is read: a key tells what is wanted. */
function fileStatements({ environments }: Config): PolicyStatement[] {
  const buckets = Object.values(environments).flatMap(fileBuckets);
  const { whole, parts } = wholeAndParts(buckets);
  return [
    ...(whole.length > 0 ? [new PolicyStatement({ actions: ['s3:ListBucket'], resources: whole.map(bucketArn) })] : []),
    ...listBelow(['s3:ListBucket'], parts),
  ];
}

/**
 * Listing of whole buckets, and of parts of others below their prefixes; a bucket that is there as both is whole. Of shared
 * buckets the keys of all unfinished uploads can be listed, as IAM knows no prefix there.
 */
function listingStatements({ environments }: Config): PolicyStatement[] {
  const buckets = Object.values(environments).flatMap((environment) => environment.buckets ?? []);
  const { whole, parts } = wholeAndParts(buckets);
  const uploads = unique([...whole.map((bucket) => objectArn(bucket, '*')), ...objectArns(parts)]);
  return [
    ...(whole.length > 0
      ? [new PolicyStatement({ actions: [...LIST_ACTIONS, LIST_UPLOADS], resources: whole.map(bucketArn) })]
      : []),
    ...listBelow(LIST_ACTIONS, parts),
    ...(parts.size > 0
      ? [new PolicyStatement({ actions: [LIST_UPLOADS], resources: [...parts.keys()].map(bucketArn) })]
      : []),
    ...(uploads.length > 0
      ? [new PolicyStatement({ actions: ['s3:ListMultipartUploadParts'], resources: uploads })]
      : []),
  ];
}

/** Buckets that environments have as a whole, and prefixes of the others. A bucket that is there as both is whole. */
function wholeAndParts(buckets: readonly { bucket: string; prefix?: string | undefined }[]) {
  // `acc-` of a bucket that another environment has whole needs no statement of its own.
  const whole = unique(buckets.filter(({ prefix }) => prefix === undefined).map(({ bucket }) => bucket));
  const parts = prefixesByBucket(
    buckets.flatMap(({ bucket, prefix }) =>
      prefix === undefined || whole.includes(bucket) ? [] : [{ bucket, prefix }],
    ),
  );
  return { whole, parts };
}

/**
 * Logging in as the configured role, on each server that an environment has (RDS User Guide, "Creating and using an IAM
 * policy for IAM database access").
 */
function connectStatements(config: Config): PolicyStatement[] {
  const { environments, databases, region, account } = config;
  const users = unique(
    Object.entries(environments).flatMap(([name, { database }]) => {
      const server = databases[database?.server ?? ''];
      const user = databaseUserOf(config, name);
      return server ? `arn:aws:rds-db:${region}:${account}:dbuser:${server.resource_id}/${user}` : [];
    }),
  );
  return users.length === 0 ? [] : [new PolicyStatement({ actions: ['rds-db:connect'], resources: users })];
}

/** Reading archives and overrides: single objects by key, the newest below a prefix, and the keys of such buckets. */
function constantsStatements({ environments, bucket_keys }: Config): PolicyStatement[] {
  const all = Object.values(environments).flatMap(({ constants }) => constants ?? []);
  const archives = all.flatMap(({ archive }) => archive ?? []);
  const newest = prefixesByBucket(
    archives.flatMap(({ bucket, prefix }) => (prefix === undefined ? [] : [{ bucket, prefix }])),
  );
  const keyed = [...archives, ...all.flatMap(({ overrides }) => overrides)].flatMap(({ bucket, key }) =>
    key === undefined ? [] : objectArn(bucket, key),
  );
  const objects = unique([...objectArns(newest), ...keyed]);
  // A version by its id is another right than the newest (S3, "Actions for objects").
  const versioned = unique(
    archives.flatMap(({ bucket, key, version_id }) => (key && version_id ? objectArn(bucket, key) : [])),
  );
  // Of these environments: with tenants the statements of one are not the key of another's bucket.
  const buckets = new Set([...archives, ...all.flatMap(({ overrides }) => overrides)].map(({ bucket }) => bucket));
  const kmsKeys = unique(Object.entries(bucket_keys).flatMap(([bucket, key]) => (buckets.has(bucket) ? key : [])));
  return [
    ...(objects.length > 0 ? [new PolicyStatement({ actions: ['s3:GetObject'], resources: objects })] : []),
    ...(versioned.length > 0 ? [new PolicyStatement({ actions: ['s3:GetObjectVersion'], resources: versioned })] : []),
    ...listBelow(['s3:ListBucket'], newest),
    ...(kmsKeys.length > 0 ? [new PolicyStatement({ actions: ['kms:Decrypt'], resources: kmsKeys })] : []),
  ];
}

/**
 * Listing only below the prefixes: one statement for all buckets that have the same prefixes. Of `a: [x/, y/]`,
 * `b: [x/, y/]` and `c: [x/]` it makes two: a and b below x/ or y/, c below x/.
 */
function listBelow(actions: string[], prefixes: Map<string, string[]>): PolicyStatement[] {
  const bucketsByPrefixes = new Map<string, string[]>();
  for (const [bucket, below] of prefixes) {
    for (let index = 0; index < below.length; index += MAX_PREFIXES_PER_STATEMENT) {
      const same = JSON.stringify(below.slice(index, index + MAX_PREFIXES_PER_STATEMENT));
      bucketsByPrefixes.set(same, [...(bucketsByPrefixes.get(same) ?? []), bucket]);
    }
  }
  return [...bucketsByPrefixes].map(([same, buckets]) => {
    const below: string[] = JSON.parse(same);
    return new PolicyStatement({
      actions,
      resources: buckets.map(bucketArn),
      conditions: { StringLike: { 's3:prefix': below.map((prefix) => `${prefix}*`) } },
    });
  });
}

/** Each prefix once, by the bucket that it is in. */
function prefixesByBucket(parts: { bucket: string; prefix: string }[]): Map<string, string[]> {
  const prefixes = new Map<string, string[]>();
  for (const { bucket, prefix } of parts) {
    prefixes.set(bucket, unique([...(prefixes.get(bucket) ?? []), prefix]));
  }
  return prefixes;
}

const objectArns = (prefixes: Map<string, string[]>) =>
  [...prefixes].flatMap(([bucket, below]) => below.map((prefix) => objectArn(bucket, `${prefix}*`)));
const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;
const objectArn = (bucket: string, key: string) => `arn:aws:s3:::${bucket}/${key}`;
const unique = <T>(items: T[]): T[] => [...new Set(items)];
