/**
 * The key pairs of a stage with a trust domain, in the key bucket: private ones by purpose, each for the functions that sign
 * with it and no other, and the public halves for the function that serves them.
 */
import { Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../config/schema.ts';
import { KEY_PAIR_OBJECTS, type KeySet } from '../../lambdas/contract.ts';
import type { KeyBucket } from '../identity/key-bucket.ts';

/** The sets that a configuration has use for. */
export function keySetsOf({ trust_domain, signed_answers }: Config): KeySet[] {
  return [
    ...(trust_domain === undefined ? [] : (['tokens'] as const)),
    ...(signed_answers === undefined ? [] : (['answers'] as const)),
  ];
}

/** Roles of the functions that sign with each set. */
export type Signers = Record<KeySet, readonly IRole[]>;

/** Who may read and write the objects; `restrict` refuses them to everybody else. */
export class KeyPairObjects {
  readonly sets: readonly KeySet[];
  readonly #keyBucket: KeyBucket;

  /** @param sets those that the stage has use for */
  constructor(keyBucket: KeyBucket, sets: readonly KeySet[]) {
    this.#keyBucket = keyBucket;
    this.sets = sets;
    for (const set of sets) {
      keyBucket.bucket.addLifecycleRule({
        prefix: KEY_PAIR_OBJECTS[set],
        // A private key that signs no more is to be gone, and not to lie on as an earlier version.
        noncurrentVersionExpiration: Duration.days(1),
      });
    }
    keyBucket.bucket.addLifecycleRule({
      prefix: KEY_PAIR_OBJECTS.public,
      // Lost public keys would leave old answers without proof: a year to notice and bring them back.
      noncurrentVersionExpiration: Duration.days(365),
    });
  }

  /** Reading and writing all of them, for the publisher; its rights on the bucket itself it has already. */
  writeStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: this.#arns() });
  }

  /** Signing with one set; of use only to a role that `restrict` is told of. */
  signStatement(set: KeySet): PolicyStatement {
    return this.#reading(KEY_PAIR_OBJECTS[set]);
  }

  /** Reading the public halves. */
  publicStatement(): PolicyStatement {
    return this.#reading(KEY_PAIR_OBJECTS.public);
  }

  /** What the network lets through to S3: sets that somebody in it signs with, and the public halves. */
  endpointStatement(signers: Signers): PolicyStatement {
    const signing = this.sets.filter((set) => signers[set].length > 0).map((set) => KEY_PAIR_OBJECTS[set]);
    const resources = [...signing, KEY_PAIR_OBJECTS.public].map((key) => this.#arn(key));
    return new PolicyStatement({ actions: ['s3:GetObject'], resources });
  }

  /** Refuses private keys to everybody but who signs with them, administrators of the account included: they could forge. */
  restrict(publisher: IRole, signers: Signers): void {
    for (const set of this.sets) {
      this.#deny(
        `OnlyWhoSigns${set === 'tokens' ? 'Tokens' : 'Answers'}`,
        ['s3:GetObject', 's3:GetObjectVersion'],
        set,
        [publisher, ...signers[set]],
      );
    }
    this.#deny('OnlyThePublisherWrites', ['s3:PutObject'], null, [publisher]);
  }

  #deny(sid: string, actions: string[], set: KeySet | null, roles: IRole[]): void {
    this.#keyBucket.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: set === null ? this.#arns() : [this.#arn(KEY_PAIR_OBJECTS[set])],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles.map((role) => role.roleArn) } },
      }),
    );
  }

  #reading(key: string): PolicyStatement {
    return new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.#arn(key)] });
  }

  #arns(): string[] {
    return [...this.sets.map((set) => KEY_PAIR_OBJECTS[set]), KEY_PAIR_OBJECTS.public].map((key) => this.#arn(key));
  }

  #arn(key: string): string {
    return this.#keyBucket.bucket.arnForObjects(key);
  }
}
