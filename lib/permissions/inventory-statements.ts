/**
 * What asking inventory reports takes. Of reports and answers the function itself reads manifests alone: the rest Athena does on
 * its behalf, which `aws:CalledVia` tells (IAM user guide, "AWS global condition context keys"), so that the code of a
 * function that somebody has taken over reads no report and writes no answer.
 */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  inventoryDatabase,
  inventoryResults,
  inventoryTable,
  inventoryWorkgroup,
  reportPrefix,
} from '../../config/inventory-names.ts';
import type { Config } from '../../config/schema.ts';

/** In the session that Athena forwards. */
export const CALLED_VIA_ATHENA = {
  'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] },
};

/** Statements of literals; none in a stage without `inventory`. */
export function inventoryStatements(config: Config): PolicyStatement[] {
  const { inventory, region, account, bucket_keys } = config;
  if (inventory === undefined) return [];
  const reports = Object.entries(inventory.buckets).map(([source, report]) => ({
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
      actions: ['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults'].map((action) => `athena:${action}`),
      resources: [`arn:aws:athena:${region}:${account}:workgroup/${inventoryWorkgroup(config)}`],
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
        resources: [`${results}/*`],
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
