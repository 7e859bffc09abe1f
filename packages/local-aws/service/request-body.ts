/** Reads what a client sends, up to the limit that the service has. */
import type { IncomingMessage } from 'node:http';

/**
 * The whole body; `null` when it is longer than `limit` bytes. The rest is then read and dropped, so that the client
 * gets to read the answer.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length <= limit) pieces.push(piece);
  }
  return length > limit ? null : Buffer.concat(pieces);
}
