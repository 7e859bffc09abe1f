/** An API of users in pages over HTTP on the loopback, which breaks when a test asks it to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request for the page that begins at a row. */
export type Trouble = 'cut' | 'destroyed' | 'stale' | 'hangs';

/** Pages of `pageSize` users, ids from 1. A cursor is the number of rows before it. */
export class PagingApi {
  /** Rows at which pages began that were asked for, oldest first. */
  readonly asked: number[] = [];
  /** By the row at which a page begins: what happens to the next requests for it. */
  readonly trouble = new Map<number, Trouble[]>();
  /** Called when a page is asked for, before it is answered. */
  onPage: (from: number) => void = () => undefined;
  readonly #server: Server;
  readonly #rows: number;
  readonly #pageSize: number;

  private constructor(rows: number, pageSize: number) {
    this.#rows = rows;
    this.#pageSize = pageSize;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async start(rows: number, pageSize: number): Promise<PagingApi> {
    const api = new PagingApi(rows, pageSize);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The whole table. */
  get csv(): string {
    return `id,name\r\n${this.#lines(0, this.#rows)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #lines(from: number, to: number): string {
    return Array.from({ length: to - from }, (_, index) => `${from + index + 1},"u\r\n${from + index + 1}"\r\n`).join(
      '',
    );
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.address);
    if (url.searchParams.has('count')) {
      const answer = { users: [], count: { value: this.#rows, exact: false }, complete: true, next_cursor: null };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return;
    }
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const to = Math.min(this.#rows, from + Math.min(this.#pageSize, Number(url.searchParams.get('limit') ?? 100)));
    this.asked.push(from);
    this.onPage(from);
    const trouble = this.trouble.get(from)?.shift();
    if (trouble === 'destroyed') return void response.destroy();
    if (trouble === 'hangs') return;
    if (trouble === 'stale') {
      const problem = {
        type: '/problems/invalid-cursor',
        title: 'Invalid cursor',
        status: 400,
        detail: '',
        instance: '/users',
        request_id: 'r',
      };
      response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
      return;
    }
    const text = `id,name\r\n${this.#lines(from, to)}`;
    const link = to < this.#rows ? { link: `</users?cursor=${to}>; rel="next"` } : {};
    response.writeHead(200, {
      'content-type': 'text/csv',
      'x-complete': 'true',
      'content-length': Buffer.byteLength(text),
      ...link,
    });
    if (trouble === 'cut') response.write(text.slice(0, text.length / 2), () => response.destroy());
    else response.end(text);
  }
}
