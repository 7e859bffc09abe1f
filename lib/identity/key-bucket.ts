/** The bucket with Cognito's public keys and the API's signing keys. Only the functions read it. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { KEY_OBJECTS } from '../../lambdas/contract.ts';
import { bucketKeyStatement, encryptBucket, KEY_USE } from '../encryption/given-key.ts';
import { stableId } from '../stable-id.ts';

/** Of every bucket of the stack: TLS only, no access lists, nothing public, kept when the stack goes. */
export const PRIVATE = {
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** `jwks.json` and `keys.json` with their earlier versions, and a log of who read them. */
export class KeyBucket extends Construct {
  readonly bucket: Bucket;
  readonly #keyArn: string | undefined;
  /** Who read what, for a year; of this bucket, and of others of the stack. */
  readonly log: Bucket;

  /** @param keyArn of the company's own key. Default: S3's */
  constructor(scope: Construct, id: string, keyArn?: string) {
    super(scope, id);
    // Who read the keys, for a year; S3 writes each line once, so versions would only be copies.
    this.log = new Bucket(this, 'AccessLog', {
      ...PRIVATE,
      lifecycleRules: [{ expiration: Duration.days(365) }],
    });
    this.bucket = new Bucket(this, 'Keys', {
      ...PRIVATE,
      versioned: true,
      // The CDK's own class misses its interface under exactOptionalPropertyTypes.
      serverAccessLogsBucket: this.log as IBucket,
      lifecycleRules: [
        // Written every 15 minutes; the last day is enough to see what happened.
        { prefix: KEY_OBJECTS.jwks, noncurrentVersionExpiration: Duration.days(1) },
        // Lost signing keys would change every fingerprint: a year to notice and bring them back.
        { prefix: KEY_OBJECTS.keys, noncurrentVersionExpiration: Duration.days(365) },
      ],
    });
    this.#keyArn = keyArn;
    if (keyArn !== undefined) encryptBucket(this.bucket as IBucket, keyArn);
    stableId(this.bucket, 'KeyBucket');
    stableId(this.log, 'KeyBucketAccessLog');
  }

  /** Reading both objects: what every function needs to verify tokens and cursors. */
  readStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['s3:GetObject'], resources: this.objectArns() });
  }

  /** The same with the use of the bucket's key, for roles. */
  readStatements(): PolicyStatement[] {
    return [this.readStatement(), ...this.keyStatements('read')];
  }

  /** Reading the signing keys alone: the recorder makes fingerprints and verifies nobody. */
  readKeysStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.bucket.arnForObjects(KEY_OBJECTS.keys)] }),
      ...this.keyStatements('read'),
    ];
  }

  /** Conditional writing; listing makes S3 answer a missing object with 404 instead of 403. */
  writeStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: this.objectArns() }),
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
      ...this.keyStatements('write'),
    ];
  }

  /** Refuses the objects to everybody else, administrators of the account included: who has the keys can forge. */
  restrictTo(roles: IRole[]): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyTheFunctions',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
        resources: this.objectArns(),
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles.map((role) => role.roleArn) } },
      }),
    );
  }

  /** Actions on the bucket's key; none where the key is S3's own. */
  keyActions(use: keyof typeof KEY_USE): readonly string[] {
    return this.#keyArn === undefined ? [] : KEY_USE[use];
  }

  /** Use of the bucket's own key; nothing where it is S3's. */
  keyStatements(use: keyof typeof KEY_USE): PolicyStatement[] {
    if (this.#keyArn === undefined) return [];
    return [bucketKeyStatement(this.bucket as IBucket, this.#keyArn, Stack.of(this).region, KEY_USE[use])];
  }

  /** ARNs of the two objects. */
  objectArns(): string[] {
    return Object.values(KEY_OBJECTS).map((key) => this.bucket.arnForObjects(key));
  }
}
