/**
 * What asking inventory reports takes. Of reports and answers the function itself reads manifests alone: the rest Athena does on
 * its behalf, which `aws:CalledVia` tells (IAM user guide, "AWS global condition context keys"), so that the code of a
 * function that somebody has taken over reads no report and writes no answer.
 */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { fileBuckets } from '../../config/file-buckets.ts';
import {
  type InventoryUse,
  inventoryAnswers,
  inventoryDatabase,
  inventoryResults,
  inventoryTable,
  inventoryWorkgroup,
  reportPrefix,
} from '../../config/inventory-names.ts';
import type { Config } from '../../config/schema.ts';
import { isolatedTenantOf, isolatedTenants } from '../../config/tenancy.ts';

/** In the session that Athena forwards. */
export const CALLED_VIA_ATHENA = {
  'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] },
};

/**
 * Reports of a configuration's buckets by whose session asks them; `null`: the functions' own roles do. Keys are asked for of
 * buckets with the apps' files alone.
 */
export function reportsByTenant(config: Config, use: InventoryUse): Map<string | null, string[]> {
  const sources = new Map<string | null, Set<string>>();
  for (const [name, environment] of Object.entries(config.environments)) {
    const tenant = isolatedTenantOf(config, name);
    for (const { bucket } of use === 'keys' ? fileBuckets(environment) : (environment.buckets ?? [])) {
      if (config.inventory?.buckets[bucket] === undefined) continue;
      sources.set(tenant, (sources.get(tenant) ?? new Set()).add(bucket));
    }
  }
  return new Map([...sources].map(([tenant, buckets]) => [tenant, [...buckets]]));
}

/** What is asked of Athena, whatever for. */
const ASK = ['StartQueryExecution', 'GetQueryExecution', 'StopQueryExecution'].map((action) => `athena:${action}`);

/** Sums out of the reports of the configuration's own environments; none in a stage without `inventory`. */
export function inventoryStatements(config: Config): PolicyStatement[] {
  return askingStatements(config, 'totals', [...ASK, 'athena:GetQueryResults']);
}

/** Keys out of the reports of buckets with the apps' files: the answers, which lie apart, are read without Athena. */
export function fileInventoryStatements(config: Config): PolicyStatement[] {
  const answers = answersOf(config, 'keys').map((prefix) => `arn:aws:s3:::${inventoryResults(config)}/${prefix}*`);
  return answers.length === 0
    ? []
    : [
        ...askingStatements(config, 'keys', ASK),
        new PolicyStatement({ actions: ['s3:GetObject'], resources: answers }),
      ];
}

function answersOf(config: Config, use: InventoryUse): string[] {
  const isDivided = isolatedTenants(config).length > 0;
  return [...reportsByTenant(config, use).keys()].map((tenant) => inventoryAnswers(use, tenant, isDivided));
}

function askingStatements(config: Config, use: InventoryUse, actions: string[]): PolicyStatement[] {
  const { inventory, region, account, bucket_keys } = config;
  const byTenant = reportsByTenant(config, use);
  const sources = new Set([...byTenant.values()].flat());
  if (inventory === undefined || sources.size === 0) return [];
  const asked = Object.entries(inventory.buckets).filter(([source]) => sources.has(source));
  const tenants = [...byTenant.keys()];
  const answers = answersOf(config, use);
  const reports = asked.map(([source, report]) => ({
    bucket: `arn:aws:s3:::${report.bucket}`,
    prefix: reportPrefix(source, report),
    table: inventoryTable(source),
    key: bucket_keys[report.bucket],
  }));
  const database = inventoryDatabase(config);
  const glue = (path: string) => `arn:aws:glue:${region}:${account}:${path}`;
  const results = `arn:aws:s3:::${inventoryResults(config)}`;
  const keys = unique(reports.flatMap(({ key }) => key ?? []));
  return [
    new PolicyStatement({
      actions,
      resources: tenants.map(
        (tenant) => `arn:aws:athena:${region}:${account}:workgroup/${inventoryWorkgroup(config, use, tenant)}`,
      ),
    }),
    // Folders of reports begin with the digits of their year; what is beside them are the reports' own files.
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: reports.flatMap(({ bucket, prefix }) => [`${bucket}/${prefix}2*`, `${bucket}/${prefix}hive/*`]),
    }),
    ...reports.map(
      ({ bucket, prefix }) =>
        new PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [bucket],
          conditions: { StringLike: { 's3:prefix': [`${prefix}*`] } },
        }),
    ),
    ...[
      { actions: ['s3:GetObject'], resources: reports.map(({ bucket, prefix }) => `${bucket}/${prefix}data/*`) },
      { actions: ['s3:GetBucketLocation'], resources: [...unique(reports.map(({ bucket }) => bucket)), results] },
      {
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        resources: answers.map((prefix) => `${results}/${prefix}*`),
      },
      { actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'], resources: [results] },
      {
        actions: ['glue:GetDatabase', 'glue:GetTable'],
        resources: [
          glue('catalog'),
          glue(`database/${database}`),
          ...reports.map(({ table }) => glue(`table/${database}/${table}`)),
        ],
      },
    ].map((statement) => new PolicyStatement({ ...statement, conditions: CALLED_VIA_ATHENA })),
    ...(keys.length === 0 ? [] : [new PolicyStatement({ actions: ['kms:Decrypt'], resources: keys })]),
  ];
}

const unique = <T>(items: T[]): T[] => [...new Set(items)];
