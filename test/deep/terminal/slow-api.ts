/** An API that is slow enough to be watched. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Five pages of ten users, 0.7 s each. */
export async function slowApi(): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.searchParams.has('count')) {
      const answer = { users: [], count: { value: 50, exact: false }, complete: true, next_cursor: null };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return;
    }
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const link = from < 40 ? { link: `</users?cursor=${from + 10}>; rel="next"` } : {};
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'text/csv', 'x-complete': 'true', ...link });
      response.end(`id\r\n${Array.from({ length: 10 }, (_, index) => `${from + index}\r\n`).join('')}`);
    }, 700);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
