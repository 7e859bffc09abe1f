/**
 * A response on its way through Lambda and API Gateway, which hand it on as it comes: its head, eight zero bytes, its body.
 * Source: API Gateway guide, "Set up a Lambda proxy integration with payload response streaming".
 */
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UpstreamTimeoutError } from '../upstream-errors.ts';
import type { Reply } from './call.ts';

/** Of Lambda's stream: what tells API Gateway that a head comes first. */
const CONTENT_TYPE = 'application/vnd.awslambda.http-integration-response';
const END_OF_HEAD = Buffer.alloc(8);

/** Lambda's stream of a response. */
export type ResponseStream = Writable & { setContentType: (contentType: string) => void };

/**
 * The head is written here and not by `HttpResponseStream.from`, which writes it with the first piece of a body, and so never
 * for an empty one.
 *
 * @param end by when the last byte must be out, in milliseconds since the epoch. Not before that is a client given up that
 *   takes nothing: no more than the function's own time
 */
export function replyTo(stream: ResponseStream, end: number): Reply {
  return async ({ status, headers, body }) => {
    stream.setContentType(CONTENT_TYPE);
    stream.write(JSON.stringify({ statusCode: status, headers }));
    stream.write(END_OF_HEAD);
    let bytes = 0;
    const pieces = body instanceof Readable ? body : Readable.from([body], { objectMode: false });
    const signal = AbortSignal.timeout(Math.max(0, end - Date.now()));
    const counted = async function* (source: AsyncIterable<Buffer>) {
      for await (const piece of source) {
        bytes += piece.length;
        yield piece;
      }
    };
    await pipeline(pieces, counted, stream, { signal }).catch((error: unknown) => {
      throw signal.aborted ? new UpstreamTimeoutError('airflow', { cause: { code: 'ABORTED' } }) : error;
    });
    return bytes;
  };
}
