/** What Athena reads and writes in S3, as the principal whose session it forwards. */
import type { Iam, Principal } from '../iam/iam.ts';
import { etagOf, type Store } from '../s3/store.ts';
import { QueryFailure } from './query-failure.ts';

/** Source: IAM user guide, "Forward access sessions" and "AWS global condition context keys". */
const FORWARDED = { 'aws:CalledVia': ['athena.amazonaws.com'], 'aws:ViaAWSService': 'true' };

/** Objects and catalog, each asked for with the rights of one principal. */
export class ForwardedSession {
  readonly #iam: Iam;
  readonly #store: Store;
  readonly #principal: Principal;

  constructor(iam: Iam, store: Store, principal: Principal) {
    this.#iam = iam;
    this.#store = store;
    // Athena calls from its own network: no endpoint of the principal's VPC is on the way.
    this.#principal = { ...principal, inVpc: false };
  }

  /** @throws QueryFailure as Athena words it when the principal lacks the right */
  require(action: string, resource: string): void {
    const decision = this.#iam.decide(this.#principal, action, resource, FORWARDED);
    if (!decision.allowed) throw new QueryFailure(`PERMISSION_DENIED: ${decision.reason} (Status Code: 403)`);
  }

  /** @throws QueryFailure */
  read(bucket: string, key: string): Uint8Array {
    this.require('s3:GetObject', `arn:aws:s3:::${bucket}/${key}`);
    const body = this.#store.get(bucket)?.object(key)?.body;
    if (body == null) {
      throw new QueryFailure(`HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://${bucket}/${key}: NoSuchKey`);
    }
    return body;
  }

  /** Keys below a prefix, in order. @throws QueryFailure */
  keys(bucket: string, prefix: string): string[] {
    const context = { ...FORWARDED, 's3:prefix': prefix };
    const decision = this.#iam.decide(this.#principal, 's3:ListBucket', `arn:aws:s3:::${bucket}`, context);
    if (!decision.allowed) throw new QueryFailure(`PERMISSION_DENIED: ${decision.reason} (Status Code: 403)`);
    const objects = this.#store.get(bucket)?.objects;
    const all = Array.from({ length: objects?.length ?? 0 }, (_, index) => objects?.at(index)?.key ?? '');
    return all.filter((key) => key.startsWith(prefix));
  }

  /**
   * Asks for all that AWS says an answer's place takes, whatever its size (AWS managed policy AmazonAthenaFullAccess).
   *
   * @throws QueryFailure
   */
  write(bucket: string, key: string, text: string): void {
    this.require('s3:GetBucketLocation', `arn:aws:s3:::${bucket}`);
    for (const action of ['PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts']) {
      this.require(`s3:${action}`, `arn:aws:s3:::${bucket}/${key}`);
    }
    for (const action of ['ListBucket', 'ListBucketMultipartUploads']) {
      this.require(`s3:${action}`, `arn:aws:s3:::${bucket}`);
    }
    const body = Buffer.from(text);
    this.#store.get(bucket)?.put({
      key,
      body,
      size: body.length,
      etag: etagOf(body),
      last_modified: new Date(),
      storage_class: 'STANDARD',
      version_id: 'null',
    });
  }
}
