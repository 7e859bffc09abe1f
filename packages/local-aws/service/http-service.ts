/** What the local services share: listening on the loopback, sending an answer piece by piece, stopping. */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Faults } from './faults.ts';

/** A service that answers on the loopback. */
export interface HttpService {
  port: number;
  address: URL;
  /** Delay and faults that a test or a benchmark asks for. */
  faults: Faults;
  /** Ends open connections too. */
  stop(): Promise<void>;
}

/** @throws Error `EADDRINUSE` when the port is taken */
export async function listen(server: Server, port: number, faults: Faults): Promise<HttpService> {
  // Clients keep connections for long; ending them at Node's five seconds races with their next request.
  server.keepAliveTimeout = 75_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    address: new URL(`http://127.0.0.1:${bound}`),
    faults,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Sends an answer piece by piece, no faster than the client reads. `cut` ends the connection half-way. */
export async function send(
  response: ServerResponse,
  answer: { status: number; headers: Record<string, string | number>; body: Iterable<Uint8Array> },
  cut: boolean,
): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  let left = cut ? Math.floor(Number(answer.headers['content-length'] ?? 0) / 2) : Number.POSITIVE_INFINITY;
  for (const piece of answer.body) {
    if (response.destroyed) return;
    const room = response.write(piece.subarray(0, Math.min(piece.length, left)));
    left -= piece.length;
    if (left <= 0) break;
    if (!room) await drained(response);
  }
  if (!cut) {
    response.end();
    return;
  }
  // Let the first half reach the client before the connection goes.
  await new Promise((resolve) => setTimeout(resolve, 5));
  response.destroy();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
