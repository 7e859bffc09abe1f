/** The bucket of the record: the recorder alone writes it, and each function reads its own part. */
import { Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { isolatedTenants } from '../../config/tenancy.ts';
import {
  CHANGES,
  changesPrefix,
  ENVIRONMENTS,
  HISTORY,
  historyPrefix,
  LATEST,
  LEASE_KEY,
  latestKey,
  TENANTS,
} from '../../lambdas/record/layout.ts';
import type { RecordUse } from '../../lambdas/route.ts';
import type { KeyBucket } from '../identity/key-bucket.ts';
import { PRIVATE } from '../identity/key-bucket.ts';
import { stableId } from '../stable-id.ts';

/** Every key that there is in a stage without roles of tenants. */
export const WRITTEN = [LEASE_KEY, ...[ENVIRONMENTS, LATEST, CHANGES, HISTORY].map((prefix) => `${prefix}*`)];

export interface RecordBucketProps {
  /** Whether tenants have roles of their own, and so parts. */
  config: Config;
  /** Days after which a month of the history is deleted. */
  keepDays: number;
  /** Its log bucket notes who read the record too. */
  keyBucket: KeyBucket;
}

/** Newest figures, history and the recorder's own memory. Kept when the stack goes: history cannot be made again. */
export class RecordBucket extends Construct {
  readonly bucket: Bucket;
  readonly #written: readonly string[];

  constructor(scope: Construct, id: string, { config, keepDays, keyBucket }: RecordBucketProps) {
    super(scope, id);
    const parts = isolatedTenants(config).length === 0 ? [] : [TENANTS];
    this.#written = [...WRITTEN, ...parts.map((prefix) => `${prefix}*`)];
    this.bucket = new Bucket(this, 'Record', {
      ...PRIVATE,
      versioned: true,
      // The CDK's own class misses its interface under exactOptionalPropertyTypes.
      serverAccessLogsBucket: keyBucket.log as IBucket,
      serverAccessLogsPrefix: 'record/',
      lifecycleRules: [
        // A month's file is written for the last time in its last days, and is as old as its newest day.
        {
          prefix: HISTORY,
          expiration: Duration.days(keepDays),
          // A file that was written wrongly can be brought back for a week.
          noncurrentVersionExpiration: Duration.days(7),
        },
        // Everything else is written at each run.
        ...[ENVIRONMENTS, LATEST, CHANGES, LEASE_KEY, ...parts].map((prefix) => ({
          prefix,
          noncurrentVersionExpiration: Duration.days(1),
        })),
      ],
    });
    stableId(this.bucket, 'RecordBucket');
  }

  /**
   * What the function of a route reads: its own view, the history of its own figures.
   *
   * @param tenant whose part; `null`: that of all who have no role of their own
   */
  readStatements(
    route: string,
    { view, history, changes }: RecordUse,
    tenant: string | null = null,
  ): PolicyStatement[] {
    const objects = [
      latestKey(view, tenant),
      ...(history ? [`${historyPrefix(route, tenant)}*`] : []),
      ...(changes ? [`${changesPrefix(tenant)}*`] : []),
    ];
    return [
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: objects.map((key) => this.bucket.arnForObjects(key)),
      }),
      // What there is: without the whole bucket's listing S3 calls a missing object forbidden.
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': objects } },
      }),
    ];
  }

  /**
   * Reading and conditional writing of all of it; nothing can be deleted but by age. Listing makes S3 answer a missing
   * object with 404 instead of 403.
   */
  writeStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: this.#written.map((key) => this.bucket.arnForObjects(key)),
      }),
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    ];
  }

  /** All of it, for the way to S3 that all functions share. */
  endpointStatements(): PolicyStatement[] {
    return this.writeStatements();
  }

  /** Refuses to write to everybody but the recorder, administrators of the account included: figures are evidence. */
  restrictWriting(recorder: IRole): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyTheRecorderWrites',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': [recorder.roleArn] } },
      }),
    );
  }
}
