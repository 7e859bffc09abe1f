/** Asks for a port before the long part of a start, so that a taken one is said at once. */
import { createServer } from 'node:net';

/** Another program listens on the port. */
export class PortTakenError extends Error {
  override name = 'PortTakenError' as const;
  readonly port: number;
  constructor(port: number) {
    super(`port ${port} is taken`);
    this.port = port;
  }
}

/** @param port 0 is always free. @throws PortTakenError */
export async function requireFreePort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port) : error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
