import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../../../lambdas/upstream-errors.ts';
import { streamed } from '../../../../lambdas/upstreams/airflow/streamed-answer.ts';
import { context, plainServer, stopAll } from './scripted.ts';

afterEach(async () => {
  vi.useRealTimers();
  await stopAll();
});

const PIECE = Buffer.alloc(1024 * 1024, 'x');

async function asked(address: string) {
  const url = new URL(`${address}/log`);
  return streamed(
    { method: 'GET', url, headers: {}, body: null, certificateAuthority: null, repeatable: true },
    context(),
  );
}

test('an answer is there when it begins, and comes no faster than it is read', async () => {
  let written = 0;
  const { address } = await plainServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 20 * PIECE.length });
    const more = (): void => {
      while (written < 20) {
        written += 1;
        if (!response.write(PIECE)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    more();
    return undefined;
  });
  const { status, contentType, body } = await asked(address);
  expect([status, contentType]).toEqual([200, 'text/plain']);
  await new Promise((resolve) => setTimeout(resolve, 100));
  // What the two sockets hold, and not the whole.
  expect(written).toBeLessThan(15);
  expect((await buffer(body)).length).toBe(20 * PIECE.length);
});

test.each([
  ['with a length', { 'content-length': '100' }],
  ['in chunks', {}],
])('one that breaks off %s is truncated, and not merely shorter', async (_, headers) => {
  const { address } = await plainServer((_asked, response) => {
    response.writeHead(200, headers);
    response.write('half', () => response.destroy());
    return undefined;
  });
  const { body } = await asked(address);
  const error = await buffer(body).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(UpstreamFailedError);
  expect(error).toMatchObject({ reason: 'truncated' });
});

test('one that falls silent is given up, and one whose reader is slow is not', async () => {
  const { address } = await plainServer((_, response) => {
    response.writeHead(200);
    response.write('one');
    return undefined;
  });
  const { body } = await asked(address);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const pieces = body[Symbol.asyncIterator]();
  expect(String((await pieces.next()).value)).toBe('one');
  const next = pieces.next().catch((fault: unknown) => fault);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await next).toBeInstanceOf(UpstreamTimeoutError);
});

test('one that nobody wants any more ends the request', async () => {
  const closed = Promise.withResolvers<void>();
  const { address } = await plainServer((_, response) => {
    response.once('close', () => closed.resolve());
    response.writeHead(200).write(PIECE);
    return undefined;
  });
  const { body } = await asked(address);
  body.destroy();
  await closed.promise;
});
