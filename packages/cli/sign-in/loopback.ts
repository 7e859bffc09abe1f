/** The one request that a browser makes back to this machine at the end of a sign-in (RFC 8252, section 7.3). */
import type { Server } from 'node:http';
import { ProfileError, UsageError } from '../exit-codes.ts';

/** Both loopback addresses: which one `localhost` is, the browser decides. */
const ADDRESSES = ['127.0.0.1', '::1'];

/** A redirect address that waits. */
export interface Loopback {
  /** The query of the redirect that has the state; others are answered and forgotten. */
  redirect: Promise<URL>;
  close(): void;
}

/**
 * Listens where the redirect address says. Cognito compares redirect addresses by the letter, port included, so no free
 * port can be taken as RFC 8252 would have it (Cognito developer guide, "App client settings": callback URLs).
 *
 * @param redirectUri `http://localhost:8400/callback`
 * @param state of this sign-in: any page can send a browser here, only the right one knows it
 * @throws UsageError for an address that is not this machine's; ProfileError when the port is taken
 */
export async function listen(redirectUri: string, state: string): Promise<Loopback> {
  const address = URL.parse(redirectUri);
  if (address?.protocol !== 'http:' || !['localhost', '127.0.0.1', '[::1]'].includes(address.hostname)) {
    throw new UsageError(`the redirect address must be http on this machine, not ${redirectUri}`);
  }
  // Node loads all of `fetch` with it, which in one file would cost every command 30 ms.
  const { createServer } = await import('node:http');
  const { promise: redirect, resolve } = Promise.withResolvers<URL>();
  const port = Number(address.port || 80);
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  for (const host of ADDRESSES) {
    const server = createServer((request, response) => {
      const asked = new URL(request.url ?? '/', address);
      const ours = asked.pathname === address.pathname && asked.searchParams.get('state') === state;
      const text = ours ? page(asked) : 'This is not the sign-in that mrt waits for.';
      response.writeHead(ours ? 200 : 404, {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        connection: 'close',
      });
      response.end(`${text}\n`, () => ours && resolve(asked));
    });
    try {
      await started(server, port, host);
      servers.push(server);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A machine may have no IPv6.
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') continue;
      close();
      throw new ProfileError(
        code === 'EADDRINUSE'
          ? `port ${port} is taken, which the sign-in comes back to: end what listens there, or see --redirect`
          : `port ${port} cannot be listened on: ${(error as Error).message}`,
      );
    }
  }
  return { redirect, close };
}

function page(asked: URL): string {
  return asked.searchParams.has('error')
    ? 'The sign-in failed; the terminal says why. You can close this page.'
    : 'You are signed in. You can close this page.';
}

function started(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
