import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type GatewaySystem, renew, sharedGatewaySystem } from './airflow-gateway-system.ts';

let system: GatewaySystem;
let job: string;

beforeAll(async () => {
  system = await sharedGatewaySystem();
  job = await system.jobToken();
}, 300_000);
beforeEach(() => renew(system));

const LOG = '/airflow/etl-logs/dags/etl_daily/dagRuns/scheduled__2026-11-26T00:00:00+00:00/taskInstances/load/logs/1';
const MEGABYTE = Buffer.alloc(1024 * 1024, 'line of a log\n');

/** A log of so many megabytes, sent no faster than it is taken. */
function logOf(megabytes: number, sent: { pieces: number } = { pieces: 0 }) {
  return (response: ServerResponse) => {
    const pieces = function* () {
      for (; sent.pieces < megabytes; sent.pieces += 1) yield MEGABYTE;
    };
    // Who goes away in the midst of it is the test's business.
    pipeline(Readable.from(pieces(), { objectMode: false }), response).catch(() => undefined);
  };
}

/** The answer of the gateway, when it begins. */
async function begun(headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const base = new URL(system.endpoints.airflow_gateway ?? '');
  const sent = httpRequest({
    host: '127.0.0.1',
    port: base.port,
    path: `${base.pathname}${LOG}`,
    headers: { authorization: `Bearer ${job}`, ...headers },
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

/** Its line, which is written when it has ended. */
const auditOf = ({ headers }: IncomingMessage) =>
  vi.waitFor(() => {
    const lines = system.logged('airflowgatewayfunctionsreader').split('\n');
    const line = lines.find((text) => text.includes('"mrt.audit"') && text.includes(String(headers['x-request-id'])));
    expect(line).toBeDefined();
    return JSON.parse(line ?? '');
  }, 20_000);

const reader = () => {
  const found = [...system.functions.byArn.values()].find(({ deployed }) => /functionsreader/.test(deployed.logName));
  if (found === undefined) throw new Error('no function reads Airflows');
  return found;
};

test('a client’s trace goes on in the audit line and to Airflow, and no other header of its', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  let sent: IncomingMessage['headers'] = {};
  system.airflow.log = (response) => {
    sent = response.req.headers;
    response.end('{"content":"a short log"}');
  };
  const response = await begun({ traceparent: `00-${trace}-00f067aa0ba902b7-01`, 'x-evil': 'somebody' });
  response.resume();
  const line = await auditOf(response);
  expect(line).toMatchObject({ trace_id: trace, parent_span_id: '00f067aa0ba902b7' });
  expect(sent['traceparent']).toBe(`00-${trace}-${line.span_id}-01`);
  expect(sent).not.toHaveProperty('x-evil');
});

test('a log of 20 MB comes through whole', async () => {
  system.airflow.log = logOf(20);
  const response = await begun();
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'application/json']);
  const sum = createHash('sha256');
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    sum.update(piece);
    bytes += piece.length;
  }
  const whole = createHash('sha256');
  for (let i = 0; i < 20; i += 1) whole.update(MEGABYTE);
  expect([bytes, sum.digest('hex')]).toEqual([20 * MEGABYTE.length, whole.digest('hex')]);
  expect(await auditOf(response)).toMatchObject({ status: 200, bytes, problem: null, dag: 'etl_daily' });
});

test('the function’s memory does not grow with a log', async () => {
  const before = Math.max(...reader().megabytes);
  system.airflow.log = logOf(150);
  let most = 0;
  for await (const _ of await begun()) most = Math.max(most, ...reader().megabytes);
  expect(before).toBeGreaterThan(20);
  // Read whole, it would be 150 MB as bytes, and as much again on its way out.
  expect(most - before).toBeLessThan(90);
});

test('a log that breaks off breaks off for the client too, and the audit line says why', async () => {
  system.airflow.log = (response) => {
    response.write(MEGABYTE, () => response.destroy());
  };
  const response = await begun();
  expect(response.statusCode).toBe(200);
  await expect(buffer(response)).rejects.toThrow('aborted');
  expect(response.complete).toBe(false);
  expect(await auditOf(response)).toMatchObject({
    status: 200,
    bytes: null,
    problem: 'upstream-failed',
    reason: 'truncated',
  });
});

test('a client that goes away leaves the function to end in its time, and the next call is answered', async () => {
  const sent = { pieces: 0 };
  system.airflow.log = logOf(20, sent);
  const response = await begun();
  response.destroy();
  // API Gateway does not tell the function, which reads on to the end (its guide, "Considerations for response payload streaming").
  await vi.waitFor(() => expect(sent.pieces).toBe(20), 20_000);
  system.airflow.log = (next) => next.end('{"content":"next"}');
  expect(JSON.parse((await buffer(await begun())).toString())).toEqual({ content: 'next' });
});

test('Airflow is asked for no more than a slow client takes', async () => {
  const sent = { pieces: 0 };
  system.airflow.log = logOf(190, sent);
  const response = await begun();
  // What the sockets on the way hold is the kernel's choice: some forty megabytes. Then nothing moves.
  for (let before = -1; before !== sent.pieces; ) {
    before = sent.pieces;
    await sleep(500);
  }
  expect(sent.pieces).toBeLessThan(120);
  response.destroy();
});

test('a problem of the gateway is no part of a log: the status says it before the first byte', async () => {
  system.airflow.log = (response) => response.writeHead(302, { location: '/login' }).end('<html>');
  const response = await begun();
  expect([response.statusCode, response.headers['content-type']]).toEqual([502, 'application/problem+json']);
  expect(JSON.parse((await buffer(response)).toString()).reason).toBe('invalid-answer');
});
