/** The history as a table of the Glue Data Catalog, so that Athena asks it in SQL: `recording.athena_table`. */
import { Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { isolatedTenantOf, isolatedTenants } from '../../config/tenancy.ts';
import { historyKey, tenantHistory } from '../../lambdas/record/layout.ts';
import type { Route } from '../../lambdas/route.ts';

/** The columns of a file, as `lambdas/record/history.ts` has them, in the words of Hive. */
const COLUMNS = [
  { name: 'taken_at', type: 'timestamp', comment: 'when it was recorded' },
  { name: 'date', type: 'string', comment: 'the day, UTC: 2026-11-26' },
  { name: 'figure', type: 'string', comment: 'what is measured' },
  { name: 'subject', type: 'string', comment: 'of which of several: a table, a bucket' },
  { name: 'value', type: 'double', comment: 'null: not known' },
  { name: 'state', type: 'string', comment: 'what is no number: a fingerprint' },
  { name: 'unit', type: 'string', comment: 'bytes, count ...' },
  { name: 'exact', type: 'boolean', comment: 'false: an estimate' },
  { name: 'source', type: 'string', comment: 'where it is from' },
] as const;
/** They stand in the key of a file. */
const PARTITIONS = ['route', 'environment', 'month'] as const;

/** Athena writes the partition's value in its place (Athena guide, "Set up partition projection"). */
const filledIn = (partition: string) => `$\{${partition}}`;

/** A month that began before the first day that is kept. */
const DAYS_OF_A_MONTH = 31;

export interface HistoryTableProps {
  /** Its stage names the database, its environments are partitions. */
  config: Config;
  /** Its months are looked for as long as they are kept. */
  recording: Exclude<Config['recording'], 'off'>;
  /** Of the record. */
  bucket: IBucket;
  /** Those of the stage; what gives to the fleet is recorded. */
  routes: readonly Route[];
}

/**
 * `mrt_<stage>.history`, and `history_<tenant>` of each tenant with a role of its own, so that a company may be given its own
 * figures in SQL and no others. Partitions are projected: Athena reckons which there can be, so nothing has to enter a new month
 * anywhere (Athena guide, "Use partition projection with Amazon Athena"). The table gives nobody a right: who asks it needs
 * one to read the catalog and one to read the bucket below `history/`.
 */
export class HistoryTable extends Construct {
  constructor(scope: Construct, id: string, props: HistoryTableProps) {
    super(scope, id);
    const { config, recording, bucket, routes } = props;
    const { stage } = config;
    const catalogId = Stack.of(this).account;
    // Glue takes no hyphen in the name of a database that Athena asks without quotes.
    const databaseName = `mrt_${stage.replaceAll('-', '_')}`;
    const database = new CfnDatabase(this, 'Database', {
      catalogId,
      databaseInput: { name: databaseName, description: `MRT API, stage ${stage}: recorded figures` },
    });
    const recorded = routes.filter(({ fleet, record }) => fleet !== undefined || record?.history === true);
    const folder = `s3://${bucket.bucketName}/`;
    const [route, environment, month] = PARTITIONS.map(filledIn) as [string, string, string];
    for (const tenant of [null, ...isolatedTenants(config)]) {
      const partition = historyKey(route, environment, month, tenant).replace(/[^/]+$/, '');
      // A projection takes no empty list.
      const environments = Object.keys(config.environments).filter((name) => isolatedTenantOf(config, name) === tenant);
      if (environments.length === 0) continue;
      const name = tenant === null ? 'history' : `history_${tenant.replaceAll('-', '_')}`;
      const table = new CfnTable(this, tenant === null ? 'History' : `History-${tenant}`, {
        catalogId,
        databaseName,
        tableInput: {
          name,
          description: 'Long rows: a figure of one environment on one day (docs/decisions/record.md)',
          tableType: 'EXTERNAL_TABLE',
          partitionKeys: PARTITIONS.map((name) => ({ name, type: 'string' })),
          storageDescriptor: {
            columns: [...COLUMNS],
            location: `${folder}${tenantHistory(tenant)}`,
            inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
            outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
            serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
          },
          parameters: {
            classification: 'parquet',
            'projection.enabled': 'true',
            'projection.route.type': 'enum',
            'projection.route.values': recorded.map(({ name }) => name).join(','),
            'projection.environment.type': 'enum',
            'projection.environment.values': environments.join(','),
            // One month apart, which is what dates of this precision are by themselves.
            'projection.month.type': 'date',
            'projection.month.format': 'yyyy-MM',
            'projection.month.range': `NOW-${recording.keep_days + DAYS_OF_A_MONTH}DAYS,NOW`,
            'storage.location.template': `${folder}${partition}`,
          },
        },
      });
      table.addResourceDependency(database);
    }
  }
}
