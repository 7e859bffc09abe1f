/** The local S3 endpoint: path-style, SigV4 checked, only what IAM allows. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Iam } from '../iam/iam.ts';
import { payloadMatches } from '../iam/sigv4.ts';
import { Faults } from '../service/faults.ts';
import { type ForeignService, forward } from '../service/foreign-service.ts';
import { type HttpService, listen, send } from '../service/http-service.ts';
import { readBody } from '../service/request-body.ts';
import { authenticate, authorize, hideMissing } from './access.ts';
import { answerOf } from './answer.ts';
import { S3Error } from './error.ts';
import { KeptObjects } from './kept-objects.ts';
import { operationOf } from './operation.ts';
import type { Store } from './store.ts';

/** Who may ask, which buckets there are, and which take writes. */
export interface S3Options {
  iam: Iam;
  /** Buckets that are answered here. */
  store: Store;
  /** Where requests for all other buckets go; left out, those buckets do not exist. */
  foreign?: ForeignService | null;
  /** Left out, a free one. */
  port?: number;
  /** Where objects of `writable` buckets are kept over a restart. */
  directory?: string;
  /** Buckets that take PutObject (the key bucket); all others refuse it, whatever IAM says. */
  writable?: readonly string[];
}

/** Starts it on 127.0.0.1 and reads what `directory` has kept. */
export async function startS3(options: S3Options): Promise<HttpService> {
  const faults = new Faults();
  const kept = options.directory === undefined ? null : new KeptObjects(options.directory);
  for (const name of options.writable ?? []) {
    const bucket = options.store.get(name);
    if (bucket === undefined) throw new Error(`the writable bucket ${name} is not in the store`);
    kept?.restore(bucket);
  }
  const server = createServer((request, response) => {
    void answer(request, response, options, faults, kept);
  });
  return listen(server, options.port ?? 0, faults);
}

const MAX_BODY_BYTES = 5 * 1024 * 1024;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: S3Options,
  faults: Faults,
  kept: KeptObjects | null,
): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const hostId = randomBytes(24).toString('base64');
  response.setHeader('x-amz-request-id', requestId).setHeader('x-amz-id-2', hostId).setHeader('server', 'AmazonS3');
  try {
    await perform(request, response, options, faults, kept);
  } catch (cause) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const error = cause instanceof S3Error ? cause : new S3Error('InternalError', { message: String(cause) });
    const body = request.method === 'HEAD' ? '' : error.document(requestId, hostId);
    response.writeHead(error.status, {
      ...error.headers,
      ...(body === '' ? {} : { 'content-type': 'application/xml' }),
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  }
}

async function perform(
  request: IncomingMessage,
  response: ServerResponse,
  options: S3Options,
  faults: Faults,
  kept: KeptObjects | null,
): Promise<void> {
  const { iam, store } = options;
  const operation = operationOf(request.method ?? '', request.url ?? '');
  const signed = authenticate(request, iam);
  const fault = await faults.next(operation.name);
  if (fault === 'silent') return;
  if (fault === 'throttled') throw new S3Error('SlowDown');
  if (fault === 'failed') throw new S3Error('InternalError');
  if (fault === 'denied') throw new S3Error('AccessDenied');

  authorize(iam, signed.principal, operation);
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) throw new S3Error('EntityTooLarge');
  if (!payloadMatches(body, signed)) throw new S3Error('XAmzContentSHA256Mismatch');
  const bucket = store.get(operation.bucket);
  if (bucket === undefined) {
    if (!options.foreign) throw new S3Error('NoSuchBucket', { details: { BucketName: operation.bucket } });
    await forward(request, body, response, options.foreign, { service: 's3', region: signed.region });
    return;
  }
  // The Region that a request is signed for says which Region's endpoint it would have reached.
  if (bucket.region !== signed.region) {
    const details = { Bucket: bucket.name, HttpService: `${bucket.name}.s3.${bucket.region}.amazonaws.com` };
    throw new S3Error('PermanentRedirect', { details, headers: { 'x-amz-bucket-region': bucket.region } });
  }
  if (operation.name === 'PutObject' && !(options.writable ?? []).includes(bucket.name)) {
    throw new S3Error('NotImplemented', { message: 'This bucket of the local endpoint is read-only.' });
  }
  try {
    const reply = answerOf(operation, bucket, request.headers, body, (name, object) => kept?.keep(name, object));
    await send(response, reply, fault === 'cut');
  } catch (cause) {
    throw cause instanceof S3Error ? hideMissing(cause, iam, signed.principal, operation) : cause;
  }
}
