import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Deadline, Timing } from '../../../../lambdas/context.ts';
import { exchange } from '../../../../lambdas/upstreams/airflow/exchange.ts';

let server: Server;
let connections: number;

beforeEach(async () => {
  connections = 0;
  server = createServer((_, response) => response.end('{}'));
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const send = (method: 'GET' | 'POST') =>
  exchange(
    {
      method,
      url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
      headers: {},
      body: method === 'POST' ? '{}' : null,
      certificateAuthority: null,
      repeatable: method === 'GET',
    },
    { deadline: new Deadline(Date.now() + 5_000), timing: new Timing() },
  );

test('what may be repeated uses the connection that is kept', async () => {
  await send('GET');
  await send('GET');
  expect(connections).toBe(1);
});

test('what may be sent once only gets a connection of its own, which cannot have died while the function was frozen', async () => {
  await send('GET');
  expect((await send('POST')).status).toBe(200);
  expect((await send('POST')).status).toBe(200);
  expect(connections).toBe(3);
});
