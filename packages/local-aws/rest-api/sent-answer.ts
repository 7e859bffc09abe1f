/** An answer on its way to the client. */
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { RestAnswer } from './answer.ts';

/**
 * Sends an answer, a stream no faster than the client takes it. What breaks off in the midst of it leaves the client with a
 * transfer that has not ended, as nothing else can be said any more.
 *
 * @returns bytes of the body that were sent
 */
export async function sent(
  { status, headers, body }: RestAnswer,
  requestId: string,
  headOnly: boolean,
  response: ServerResponse,
): Promise<number> {
  if (typeof body === 'string') {
    const length = Buffer.byteLength(body);
    response.writeHead(status, { ...headers, 'content-length': length, 'x-amzn-requestid': requestId });
    response.end(headOnly ? '' : body);
    return length;
  }
  response.writeHead(status, { ...headers, 'x-amzn-requestid': requestId });
  response.flushHeaders();
  let bytes = 0;
  const counted = async function* (source: AsyncIterable<Buffer>) {
    for await (const piece of source) {
      bytes += piece.length;
      yield piece;
    }
  };
  // The client has gone, or the function has failed: either way the connection is at its end.
  await pipeline(body, counted, response).catch(() => response.destroy());
  return bytes;
}
