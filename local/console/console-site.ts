/**
 * The console at `/console/` beside the API: what S3 behind CloudFront is in the cloud. Files as they are built, the same
 * headers (`security-headers.ts`), `index.html` for every address that is no file, `settings.json` of this run.
 */
import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { securityHeaders } from '@mrt/console/security-headers.ts';
import type { ConsoleFiles } from './console-files.ts';

export const CONSOLE_PATH = '/console/';

/** Of the files that a build has; another one is handed out as bytes. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface ConsoleSiteOptions {
  files: ConsoleFiles;
  /** The token endpoint, and the client as which people sign in. */
  tokenEndpoint: string;
  clientId: string;
  stage: string;
  /** The API's port, when it is known: the console's own origins. */
  port: () => number;
}

/** Names of this machine; another one could be a page's that has had its name pointed here. */
const HOSTS = ['127.0.0.1', 'localhost'];

/** The addresses under which a browser may find it: callback addresses of the sign-in. */
export function consoleAddresses(port: number): string[] {
  return HOSTS.map((host) => `http://${host}:${port}${CONSOLE_PATH}`);
}

export class ConsoleSite {
  readonly #options: ConsoleSiteOptions;

  constructor(options: ConsoleSiteOptions) {
    this.#options = options;
  }

  /** Answers what is the console's; `false`: it is not. */
  readonly serve = (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (path === CONSOLE_PATH.slice(0, -1)) {
      response.writeHead(308, { location: CONSOLE_PATH }).end();
      return true;
    }
    if (!path.startsWith(CONSOLE_PATH)) return false;
    this.#answer(request, response, path.slice(CONSOLE_PATH.length)).catch((error: unknown) => {
      // No stack: what the builder said is in the run's own output.
      const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
      response
        .writeHead(503, { 'content-type': 'text/plain; charset=utf-8' })
        .end(`The console cannot be built. ${text}\n`);
    });
    return true;
  };

  async #answer(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const host = request.headers.host ?? '';
    const isOurs = HOSTS.some((own) => host === `${own}:${this.#options.port()}`);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads || !isOurs) {
      response.writeHead(reads ? 421 : 405).end();
      return;
    }
    const { tokenEndpoint, clientId, stage } = this.#options;
    const api = `http://${host}`;
    const headers = securityHeaders({ apiOrigin: api, tokenOrigin: new URL(tokenEndpoint).origin });
    if (name === 'settings.json') {
      const settings = { api, token_endpoint: tokenEndpoint, client_id: clientId, stage };
      this.#send(response, headers, 'application/json', Buffer.from(JSON.stringify(settings)), 'no-cache');
      return;
    }
    const directory = await this.#options.files.directory();
    const file = join(directory, normalize(`/${name}`));
    const isFile = name !== '' && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    if (isFile) {
      const kept = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      this.#send(response, headers, TYPES[extname(file)] ?? 'application/octet-stream', readFileSync(file), kept);
      return;
    }
    const page = readFileSync(join(directory, 'index.html'), 'utf8').replace(
      '<base href="/"',
      `<base href="${CONSOLE_PATH}"`,
    );
    this.#send(response, headers, TYPES['.html'] ?? '', Buffer.from(page), 'no-cache');
  }

  /** Compressed, as CloudFront does for browsers; every browser takes gzip. */
  #send(response: ServerResponse, headers: Record<string, string>, type: string, body: Buffer, kept: string): void {
    const zipped = gzipSync(body);
    response.writeHead(200, {
      ...headers,
      'content-type': type,
      'content-encoding': 'gzip',
      'content-length': zipped.length,
      'cache-control': kept,
      vary: 'Accept-Encoding',
    });
    response.end(zipped);
  }
}
