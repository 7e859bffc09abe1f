import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pageConnections } from '../../../../../lambdas/upstreams/s3/listing/connections.ts';

const BODY_BYTES = 300_000;
let server: Server;

/** Another text for each path, sent in pieces, so that answers side by side mix on their way. */
function bodyOf(path: string): Buffer {
  const pattern = createHash('sha256').update(path).digest('hex');
  return Buffer.from(pattern.repeat(Math.ceil(BODY_BYTES / pattern.length)).slice(0, BODY_BYTES));
}

beforeEach(async () => {
  server = createServer((asked, answer) => {
    const body = bodyOf(asked.url ?? '');
    const send = (at: number): void => {
      if (at >= body.length) answer.end();
      else answer.write(body.subarray(at, at + 40_000), () => setImmediate(send, at + 40_000));
    };
    send(0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** The chunks of an answer, kept as they came. */
async function get(path: string): Promise<Buffer> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', path, agent: pageConnections['http:'] });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('connections of a listing', () => {
  test('keep answers side by side apart, although they read into one buffer', async () => {
    const paths = Array.from({ length: 60 }, (_, i) => `/${i}`);
    const bodies = await Promise.all([...paths, ...paths].map(async (path) => [path, await get(path)] as const));
    for (const [path, body] of bodies) expect(body.equals(bodyOf(path))).toBe(true);
  });
});
