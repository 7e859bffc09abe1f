/** A bucket that a function of the stack writes: whole small objects, replaced only by who has read them. */
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { credentials } from '../credentials.ts';

/** An object as it was read. */
export interface WrittenObject {
  body: Buffer;
  /** With its quotes. */
  etag: string;
  lastModified: Date;
}

/** What is written, with its media type: `application/json` … */
export interface Content {
  body: string | Uint8Array;
  type: string;
}

/** The bucket of that name, by a client of its own that tries each request up to three times. */
export function writableBucket(name: string, region: string): WritableBucket {
  const client = new S3Client({
    region,
    credentials: async () => credentials(),
    maxAttempts: 3,
    // An endpoint of our own has no wildcard DNS for buckets.
    forcePathStyle: Boolean(process.env['AWS_ENDPOINT_URL_S3']),
  });
  return new WritableBucket(client, name);
}

/** @throws whatever the S3 client throws; what a condition refuses is an answer and no error */
export class WritableBucket {
  readonly #s3: Pick<S3Client, 'send'>;
  readonly #bucket: string;

  /** @param s3 what is needed of the client; its own retries are its matter */
  constructor(s3: Pick<S3Client, 'send'>, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** `null` when there is no such object; S3 says so only to who may list the bucket. */
  async read(key: string, signal: AbortSignal): Promise<WrittenObject | null> {
    try {
      const object = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }), {
        abortSignal: signal,
      });
      const { Body, ETag, LastModified } = object;
      if (!Body || !ETag || !LastModified) throw new Error(`S3 answered without ${key}'s body, ETag or time`);
      return { body: Buffer.from(await Body.transformToByteArray()), etag: ETag, lastModified: LastModified };
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return null;
      throw error;
    }
  }

  /** Of objects whose key begins so: the first thousand. */
  async keysBelow(prefix: string, signal: AbortSignal): Promise<string[]> {
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix });
    const { Contents = [] } = await this.#s3.send(command, { abortSignal: signal });
    return Contents.flatMap(({ Key }) => Key ?? []);
  }

  /** Writes, whatever is there. */
  async write(key: string, content: Content, signal: AbortSignal): Promise<void> {
    await this.#put(key, content, {}, signal);
  }

  /** False when somebody else made the object meanwhile. */
  async writeNew(key: string, content: Content, signal: AbortSignal): Promise<boolean> {
    return this.#putIf(key, content, { IfNoneMatch: '*' }, signal);
  }

  /** False when somebody else replaced the object since it was read. */
  async replace(key: string, content: Content, etag: string, signal: AbortSignal): Promise<boolean> {
    return this.#putIf(key, content, { IfMatch: etag }, signal);
  }

  async #putIf(
    key: string,
    content: Content,
    condition: { IfNoneMatch: string } | { IfMatch: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      await this.#put(key, content, condition, signal);
      return true;
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      // 412: it was there or has changed; 409: another conditional write is under way (S3 guide, "Conditional writes").
      const { httpStatusCode: status, attempts = 1 } = error.$metadata;
      if (status !== 412 && status !== 409) throw error;
      return attempts > 1 && this.#has(key, content, signal);
    }
  }

  /** Whether an earlier try wrote it, whose answer was lost: then the next one finds its own object in its way. */
  async #has(key: string, { body }: Content, signal: AbortSignal): Promise<boolean> {
    const written = await this.read(key, signal);
    return written?.body.equals(Buffer.from(body)) ?? false;
  }

  async #put(key: string, { body, type }: Content, condition: object, signal: AbortSignal): Promise<void> {
    await this.#s3.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, ContentType: type, ...condition }),
      { abortSignal: signal },
    );
  }
}
