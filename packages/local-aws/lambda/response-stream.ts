/**
 * A response that a function streams, on its way from the runtime to whoever invoked the function.
 * Source: Lambda developer guide, "Building a custom runtime for AWS Lambda", "Response streaming"; "Lambda quotas".
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** Lambda's limit of a streamed response. */
const MAX_STREAM_BYTES = 200 * 1024 * 1024;
/** How a runtime says that it streams, and in trailers that the function has failed in the midst of it. */
const MODE = 'lambda-runtime-function-response-mode';
const ERROR_TYPE = 'lambda-runtime-function-error-type';

/** Whether the runtime sends a stream, and not a payload. */
export function isStreaming({ headers }: IncomingMessage): boolean {
  return headers[MODE] === 'streaming';
}

/**
 * What the runtime sends, as it comes and no faster than it is read. Where nobody reads any more the function is not told,
 * and goes on (API Gateway guide, "Considerations for response payload streaming").
 *
 * @returns the stream, which fails when the function does; and its end, `false` past the limit
 */
export function responseStream(request: IncomingMessage): { stream: Readable; taken: Promise<boolean> } {
  const stream = new PassThrough();
  // Whoever reads is told; that nobody does is no fault.
  stream.on('error', () => undefined);
  return { stream, taken: passOn(request, stream) };
}

async function passOn(request: IncomingMessage, stream: PassThrough): Promise<boolean> {
  let bytes = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > MAX_STREAM_BYTES) {
        stream.destroy(new Error('Function.ResponseSizeTooLarge'));
        return false;
      }
      if (stream.writable && !stream.write(piece)) await nextTurn(stream);
    }
    const failure = request.trailers[ERROR_TYPE];
    if (failure !== undefined) stream.destroy(new Error(failure));
    else stream.end();
  } catch (error) {
    stream.destroy(error as Error);
  }
  return true;
}

async function nextTurn(stream: PassThrough): Promise<void> {
  const left = new AbortController();
  const either = { signal: left.signal };
  await Promise.race([once(stream, 'drain', either), once(stream, 'close', either)]).catch(() => undefined);
  left.abort();
}

/** The whole of a stream, as it is invoked without one. @throws what the function has failed with */
export function wholeOf(stream: Readable): Promise<Buffer> {
  return buffer(stream);
}
