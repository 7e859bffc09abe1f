/** The key bucket, as the publisher uses it: whole small objects, replaced only by who has read them. */
import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** An object of the key bucket. */
export interface StoredKeys {
  text: string;
  /** With its quotes. */
  etag: string;
  lastModified: Date;
}

/** @throws whatever the S3 client throws; what a condition refuses is an answer and no error */
export class KeyStore {
  readonly #s3: Pick<S3Client, 'send'>;
  readonly #bucket: string;

  /** @param s3 what is needed of the client; its own retries are its matter */
  constructor(s3: Pick<S3Client, 'send'>, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** `null` when there is no such object; S3 says so only to who may list the bucket. */
  async read(key: string, signal: AbortSignal): Promise<StoredKeys | null> {
    try {
      const object = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }), {
        abortSignal: signal,
      });
      const { Body, ETag, LastModified } = object;
      if (!Body || !ETag || !LastModified) throw new Error(`S3 answered without ${key}'s body, ETag or time`);
      return { text: await Body.transformToString(), etag: ETag, lastModified: LastModified };
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return null;
      throw error;
    }
  }

  /** Writes, whatever is there. */
  async write(key: string, text: string, signal: AbortSignal): Promise<void> {
    await this.#put(key, text, {}, signal);
  }

  /** False when somebody else made the object meanwhile. */
  async writeNew(key: string, text: string, signal: AbortSignal): Promise<boolean> {
    return this.#putIf(key, text, { IfNoneMatch: '*' }, signal);
  }

  /** False when somebody else replaced the object since it was read. */
  async replace(key: string, text: string, etag: string, signal: AbortSignal): Promise<boolean> {
    return this.#putIf(key, text, { IfMatch: etag }, signal);
  }

  async #putIf(
    key: string,
    text: string,
    condition: { IfNoneMatch: string } | { IfMatch: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      await this.#put(key, text, condition, signal);
      return true;
    } catch (error) {
      // 412: it was there or has changed; 409: another conditional write is under way (S3 guide, "Conditional writes").
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412 || status === 409) return false;
      throw error;
    }
  }

  async #put(key: string, text: string, condition: object, signal: AbortSignal): Promise<void> {
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: text,
        ContentType: 'application/json',
        ...condition,
      }),
      { abortSignal: signal },
    );
  }
}
