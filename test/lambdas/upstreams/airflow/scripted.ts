/** An Airflow, and MWAA's API before it, that answer as a test says. The network is faked, and nothing else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type ServerCertificate, serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import { forgetAirflows } from '../../../../lambdas/upstreams/airflow/memory.ts';
import { forgetThrottling } from '../../../../lambdas/upstreams/throttling.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { actAs } from '../../process-credentials.ts';

/** A request as a server has read it. */
export interface Asked {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string | string[]>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
}

/** Answers a request, or takes the response into its own hands and gives nothing. */
export type Script = (asked: Asked, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>;

const stops: (() => unknown)[] = [];

/** After each test. */
export async function stopAll(): Promise<void> {
  forgetAirflows();
  forgetThrottling();
  for (const stop of stops.splice(0)) await stop();
}

function listener(script: Script, log: Asked[]): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString();
      const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      log.push(asked);
      const reply = await script(asked, response);
      if (reply === undefined) return;
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {});
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
      response.end(text);
    });
  };
}

async function listen(server: ReturnType<typeof createServer>, log: Asked[]) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return { port: (server.address() as AddressInfo).port, log };
}

/** A web server without TLS, as the self-hosted Airflow of a test. */
export async function plainServer(script: Script) {
  const log: Asked[] = [];
  const { port } = await listen(createServer(listener(script, log)), log);
  return { address: `http://127.0.0.1:${port}`, log };
}

let certificate: ServerCertificate | null = null;

/** For `localhost`; one for all tests of a file, as making one takes a second. */
function freshCertificate(): ServerCertificate {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-airflow-'));
  try {
    return serverCertificate(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** MWAA's API, which the functions of this process then ask, and the web server behind it, on TLS as MWAA's is. */
export async function mwaa(api: Script, web: Script) {
  certificate ??= freshCertificate();
  const { key, cert, ca } = certificate;
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, ca]);
  const webLog: Asked[] = [];
  const server = createSecureServer({ key, cert }, listener(web, webLog));
  const { port: webPort } = await listen(server as unknown as ReturnType<typeof createServer>, webLog);
  const apiLog: Asked[] = [];
  const { port } = await listen(createServer(listener(api, apiLog)), apiLog);
  stops.push(
    () => setDefaultCACertificates(before),
    actAs(principal([EVERYTHING]), { AWS_ENDPOINT_URL_MWAA: `http://127.0.0.1:${port}` }),
  );
  return { host: `localhost:${webPort}`, apiLog, webLog };
}

export function context(ms = 10_000): Context {
  return { deadline: new Deadline(Date.now() + ms), timing: new Timing() };
}

/** As MWAA refuses. */
export const refusal = (type: string, status: number, body: object = { message: 'arn:aws:airflow:secret' }): Reply => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body,
});

/** All that an error would put into a log line. */
export function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? '';
  return `${error.name} ${error.message} ${error.stack} ${JSON.stringify(error)} ${everythingOf(error.cause)}`;
}
