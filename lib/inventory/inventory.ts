/** `inventory`: database and tables over S3's reports, the workgroup that asks them, and where it keeps its answers. */
import { Duration } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  type InventoryUse,
  inventoryAnswers,
  inventoryDatabase,
  inventoryResults,
  inventoryTable,
  inventoryWorkgroup,
} from '../../config/inventory-names.ts';
import type { Inventory as InventoryConfig } from '../../config/options/inventory.ts';
import type { Config } from '../../config/schema.ts';
import { isolatedTenants } from '../../config/tenancy.ts';
import { type KeyBucket, PRIVATE } from '../identity/key-bucket.ts';
import { reportsByTenant } from '../permissions/inventory-statements.ts';
import { stableId } from '../stable-id.ts';
import { reportTable } from './report-table.ts';

const GIGABYTE = 1_000_000_000;
/** A day longer than an answer is used again (`lambdas/inventory/answer.ts`). */
const KEEP_DAYS = 8;

export interface InventoryProps {
  config: Config;
  inventory: InventoryConfig;
  /** Its log bucket notes who read the answers. */
  keyBucket: KeyBucket;
}

/** Answers hold sizes by prefix, and prefixes are the beginnings of keys: they are kept for as long as they save money. */
export class Inventory extends Construct {
  constructor(scope: Construct, id: string, { config, inventory, keyBucket }: InventoryProps) {
    super(scope, id);
    const { stage, account } = config;
    const results = new Bucket(this, 'Results', {
      ...PRIVATE,
      bucketName: inventoryResults(config),
      // The CDK's own class misses its interface under exactOptionalPropertyTypes.
      serverAccessLogsBucket: keyBucket.log as IBucket,
      serverAccessLogsPrefix: 'inventory/',
      lifecycleRules: [{ expiration: Duration.days(KEEP_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    stableId(results, 'InventoryResults');
    for (const use of ['totals', 'keys'] as const) {
      // Each tenant with a role of its own has its own, which its role alone may ask.
      for (const tenant of reportsByTenant(config, use).keys()) this.#workgroup(use, tenant, config, inventory);
    }
    const databaseName = inventoryDatabase(config);
    const database = new CfnDatabase(this, 'Database', {
      catalogId: account,
      databaseInput: { name: databaseName, description: `MRT API, stage ${stage}: S3 Inventory of its buckets` },
    });
    for (const [source, report] of Object.entries(inventory.buckets)) {
      const tableName = inventoryTable(source);
      const table = reportTable(this, `Table-${tableName}`, {
        catalogId: account,
        databaseName,
        tableName,
        source,
        report,
      });
      table.addResourceDependency(database);
    }
  }

  #workgroup(use: InventoryUse, tenant: string | null, config: Config, inventory: InventoryConfig): void {
    const answers = inventoryAnswers(use, tenant, isolatedTenants(config).length > 0);
    const id = use === 'keys' ? 'KeysWorkgroup' : 'Workgroup';
    new CfnWorkGroup(this, tenant === null ? id : `${id}-${tenant}`, {
      name: inventoryWorkgroup(config, use, tenant),
      description: `MRT API, stage ${config.stage}: ${use === 'keys' ? 'keys' : 'sizes'} of buckets out of S3 Inventory`,
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        // What a client asks for does not count: neither another place nor no encryption.
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        bytesScannedCutoffPerQuery: inventory.scan_limit_gb * GIGABYTE,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${inventoryResults(config)}/${answers}`,
          expectedBucketOwner: config.account,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }
}
