import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../../../lambdas/upstream-errors.ts';
import { signedGet } from '../../../../lambdas/upstreams/s3/signed-https.ts';

let server: Server;
let requests: number;
/** What becomes of a request that comes over a connection which has served one before. */
let again: (socket: Socket) => void;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  requests = 0;
  again = () => undefined;
  const served = new WeakSet<Socket>();
  server = createServer(({ socket }, response) => {
    requests += 1;
    if (served.has(socket)) again(socket);
    served.add(socket);
    if (!socket.destroyed) response.end('answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

async function ask(milliseconds = 5_000): Promise<string> {
  const context: Context = { deadline: new Deadline(Date.now() + milliseconds), timing: new Timing() };
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const request = { upstream: 's3', service: 's3', region: 'eu-west-1', endpoint, path: '/bucket/key' };
  return text(await signedGet(request, context));
}

describe('a signed request', () => {
  test('keeps its connection for the next one', async () => {
    let kept = 0;
    again = () => {
      kept += 1;
    };
    await ask();
    await ask();
    expect(kept).toBe(1);
  });

  test('is sent once more, over a connection of its own, when a kept one has died meanwhile', async () => {
    await ask();
    again = (socket) => socket.destroy();
    expect(await ask()).toBe('answer');
    expect(requests).toBe(3);
  });

  test('to nobody is an UpstreamFailedError', async () => {
    const { port } = server.address() as AddressInfo;
    await ask();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(
      signedGet(
        {
          upstream: 's3',
          service: 's3',
          region: 'eu-west-1',
          endpoint: new URL(`http://127.0.0.1:${port}`),
          path: '/',
        },
        { deadline: new Deadline(Date.now() + 5_000), timing: new Timing() },
      ),
    ).rejects.toThrow(UpstreamFailedError);
  });

  test('that is not answered by the deadline is an UpstreamTimeoutError', async () => {
    server.removeAllListeners('request');
    await expect(ask(200)).rejects.toThrow(UpstreamTimeoutError);
  });
});
