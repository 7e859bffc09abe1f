/** The bucket with Cognito's public keys and the API's signing keys. Only the functions read it. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { KEY_OBJECTS } from '../../lambdas/contract.ts';
import { stableId } from '../stable-id.ts';

/** Of both buckets: TLS only, no access lists, nothing public, kept when the stack goes. */
const PRIVATE = {
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** `jwks.json` and `keys.json` with their earlier versions, and a log of who read them. */
export class KeyBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Who read the keys, for a year; S3 writes each line once, so versions would only be copies.
    const log = new Bucket(this, 'AccessLog', {
      ...PRIVATE,
      lifecycleRules: [{ expiration: Duration.days(365) }],
    });
    this.bucket = new Bucket(this, 'Keys', {
      ...PRIVATE,
      versioned: true,
      // The CDK's own class misses its interface under exactOptionalPropertyTypes.
      serverAccessLogsBucket: log as IBucket,
      lifecycleRules: [
        // Written every 15 minutes; the last day is enough to see what happened.
        { prefix: KEY_OBJECTS.jwks, noncurrentVersionExpiration: Duration.days(1) },
        // Lost signing keys would change every fingerprint: a year to notice and bring them back.
        { prefix: KEY_OBJECTS.keys, noncurrentVersionExpiration: Duration.days(365) },
      ],
    });
    stableId(this.bucket, 'KeyBucket');
    stableId(log, 'KeyBucketAccessLog');
  }

  /** Reading both objects: what every function needs to verify tokens and cursors. */
  readStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['s3:GetObject'], resources: this.objectArns() });
  }

  /** Conditional writing; listing makes S3 answer a missing object with 404 instead of 403. */
  writeStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: this.objectArns() }),
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
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

  /** ARNs of the two objects. */
  objectArns(): string[] {
    return Object.values(KEY_OBJECTS).map((key) => this.bucket.arnForObjects(key));
  }
}
