import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getPage, MAX_CONNECTIONS } from '../../../../../lambdas/upstreams/s3/listing/connections.ts';

const BODY_BYTES = 300_000;
let server: Server;
let sockets: Set<Socket>;
/** What becomes of a request; left out, its answer comes. */
let meet: (socket: Socket, served: number) => boolean;

/** Another text for each path, sent in pieces, so that answers side by side mix on their way. */
function bodyOf(path: string): Buffer {
  const pattern = createHash('sha256').update(path).digest('hex');
  return Buffer.from(pattern.repeat(Math.ceil(BODY_BYTES / pattern.length)).slice(0, BODY_BYTES));
}

beforeEach(async () => {
  sockets = new Set();
  meet = () => true;
  const served = new WeakMap<Socket, number>();
  server = createServer((asked, answer) => {
    sockets.add(asked.socket);
    const before = served.get(asked.socket) ?? 0;
    served.set(asked.socket, before + 1);
    if (!meet(asked.socket, before)) return;
    const body = bodyOf(asked.url ?? '');
    // Half of them tell their length, half come in chunks, as S3's lists do.
    if (body[0] !== undefined && body[0] % 2 === 0) answer.setHeader('content-length', body.length);
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

interface Asked {
  endpoint?: URL;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The body of an answer, copied as it comes. */
async function get(path: string, { endpoint, headers, signal }: Asked = {}): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await getPage(
    {
      endpoint: endpoint ?? new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      path,
      headers: headers ?? { host: 'b.s3.eu-west-1.amazonaws.com' },
    },
    { head: () => undefined, body: (bytes) => chunks.push(Buffer.from(bytes)) },
    signal ?? AbortSignal.timeout(10_000),
  );
  return Buffer.concat(chunks);
}

describe('connections of a listing', () => {
  test('keep answers side by side apart, although they read into one buffer', async () => {
    const paths = Array.from({ length: 150 }, (_, i) => `/${i}`);
    const bodies = await Promise.all(paths.map(async (path) => [path, await get(path)] as const));
    for (const [path, body] of bodies) expect(body.equals(bodyOf(path))).toBe(true);
    expect(sockets.size).toBe(MAX_CONNECTIONS);
  });

  test('are kept for the next page', async () => {
    for (const path of ['/1', '/2', '/3']) expect((await get(path)).equals(bodyOf(path))).toBe(true);
    expect(sockets.size).toBe(1);
  });

  test('that were closed meanwhile are opened anew, and the page is asked for once more', async () => {
    await get('/1');
    meet = (socket, served) => {
      if (served > 0) socket.destroy();
      return served === 0;
    };
    expect((await get('/2')).equals(bodyOf('/2'))).toBe(true);
    expect(sockets.size).toBe(2);
  });

  test('that are closed in the middle of an answer are a fault, not a second request', async () => {
    meet = (socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<List');
      return false;
    };
    await expect(get('/1')).rejects.toMatchObject({ reason: 'truncated' });
    expect(sockets.size).toBe(1);
  });

  test('to nobody are unreachable', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(get('/1', { endpoint: new URL(`http://127.0.0.1:${port}`) })).rejects.toMatchObject({
      reason: 'unreachable',
    });
  });

  test('end at the deadline, before the answer and within it', async () => {
    meet = () => false;
    await expect(get('/1', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'UpstreamTimeoutError',
    });
    meet = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<List');
      return false;
    };
    await expect(get('/2', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'UpstreamTimeoutError',
    });
    await expect(get('/3', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'UpstreamTimeoutError' });
  });

  test('that are all taken let a page go at its deadline, and the one behind it have its turn', async () => {
    const held: Socket[] = [];
    const { promise: full, resolve } = Promise.withResolvers<void>();
    meet = (socket) => {
      if (held.push(socket) === MAX_CONNECTIONS) resolve();
      return false;
    };
    const pages = Array.from({ length: MAX_CONNECTIONS }, (_, i) => get(`/${i}`).catch(() => null));
    await full;
    const deadline = new AbortController();
    const late = get('/late', { signal: deadline.signal });
    const behind = get('/behind');
    deadline.abort();
    await expect(late).rejects.toMatchObject({ name: 'UpstreamTimeoutError' });
    await expect(get('/late', { signal: deadline.signal })).rejects.toMatchObject({ name: 'UpstreamTimeoutError' });
    meet = () => true;
    held[0]?.destroy();
    expect((await behind).equals(bodyOf('/behind'))).toBe(true);
    for (const socket of held) socket.destroy();
    await Promise.all(pages);
  });

  test('over which something comes that nobody asked for are not used again', async () => {
    await get('/1');
    for (const socket of sockets) {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      await once(socket, 'close');
    }
    expect((await get('/2')).equals(bodyOf('/2'))).toBe(true);
    expect(sockets.size).toBe(2);
  });

  test('refuse an answer that is no HTTP', async () => {
    const other = createTcpServer((socket) => socket.end('220 mail.example.com ESMTP\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const endpoint = new URL(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    await expect(get('/1', { endpoint })).rejects.toMatchObject({ reason: 'invalid-answer' });
    other.close();
  });

  test('send no header that would be two', async () => {
    const sent = async () => get('/1', { headers: { host: 'a\r\nx-amz-acl: public-read' } });
    await expect(sent()).rejects.toThrow(TypeError);
    expect(sockets.size).toBe(0);
  });
});

describe('connections over TLS', () => {
  const trusted = getCACertificates('default');
  let secure: Server;
  let resumed: boolean[];
  let authority: string;

  beforeEach(async () => {
    const { key, cert, ca } = serverCertificate(mkdtempSync(join(tmpdir(), 'mrt-s3-tls-')), ['localhost']);
    authority = ca;
    resumed = [];
    secure = createSecureServer({ key, cert, ALPNProtocols: ['http/1.1'] }, (asked, answer) => {
      answer.setHeader('connection', 'close');
      answer.end(bodyOf(asked.url ?? ''));
    });
    secure.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    setDefaultCACertificates(trusted);
    secure.close();
    secure.closeAllConnections();
  });

  const endpoint = (host: string) => new URL(`https://${host}:${(secure.address() as AddressInfo).port}`);

  test('bring the answer whole, and shorten the next handshake', async () => {
    setDefaultCACertificates([...trusted, authority]);
    expect((await get('/1', { endpoint: endpoint('localhost') })).equals(bodyOf('/1'))).toBe(true);
    expect((await get('/2', { endpoint: endpoint('localhost') })).equals(bodyOf('/2'))).toBe(true);
    expect(resumed).toEqual([false, true]);
  });

  test('trust no authority that the system does not know, and no other name', async () => {
    await expect(get('/1', { endpoint: endpoint('localhost') })).rejects.toMatchObject({ reason: 'unreachable' });
    setDefaultCACertificates([...trusted, authority]);
    await expect(get('/1', { endpoint: endpoint('127.0.0.1') })).rejects.toMatchObject({ reason: 'unreachable' });
    expect((await get('/1', { endpoint: endpoint('localhost') })).equals(bodyOf('/1'))).toBe(true);
  });
});
