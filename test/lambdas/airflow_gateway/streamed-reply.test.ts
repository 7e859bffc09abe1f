import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { replyTo } from '../../../lambdas/airflow_gateway/streamed-reply.ts';
import { UpstreamTimeoutError } from '../../../lambdas/upstream-errors.ts';

/** Lambda's stream, as far as a handler sees it. */
function lambdaStream(options: { highWaterMark?: number } = {}) {
  const types: string[] = [];
  const stream = Object.assign(new PassThrough(options), { setContentType: (type: string) => types.push(type) });
  return { stream, types };
}
const soon = () => Date.now() + 20_000;
const head = { status: 404, headers: { 'content-type': 'application/json' } };

test.each([
  ['a body read whole', Buffer.from('{"detail":"Müller"}')],
  ['a body as it comes', Readable.from([Buffer.from('{"detail":'), Buffer.from('"Müller"}')], { objectMode: false })],
])('%s comes after the head and eight zero bytes, which API Gateway looks for', async (_, body) => {
  const { stream, types } = lambdaStream();
  const [bytes, sent] = await Promise.all([replyTo(stream, soon())({ ...head, body }), buffer(stream)]);
  expect(types).toEqual(['application/vnd.awslambda.http-integration-response']);
  const end = sent.indexOf(Buffer.alloc(8));
  expect(JSON.parse(sent.subarray(0, end).toString())).toEqual({ statusCode: 404, headers: head.headers });
  expect(sent.subarray(end + 8).toString()).toBe('{"detail":"Müller"}');
  expect(bytes).toBe(Buffer.byteLength('{"detail":"Müller"}'));
});

test('an empty body has its head all the same', async () => {
  for (const body of [Buffer.alloc(0), Readable.from([])]) {
    const { stream } = lambdaStream();
    const [bytes, sent] = await Promise.all([replyTo(stream, soon())({ ...head, body }), buffer(stream)]);
    expect([bytes, sent.subarray(-8)]).toEqual([0, Buffer.alloc(8)]);
  }
});

test('a client that takes nothing is given up when the time is over, and Airflow is asked for no more than was taken', async () => {
  const { stream } = lambdaStream({ highWaterMark: 1_000 });
  let asked = 0;
  const body = Readable.from(
    (function* () {
      for (;;) {
        asked += 1;
        yield Buffer.alloc(10_000);
      }
    })(),
    { objectMode: false },
  );
  await expect(replyTo(stream, Date.now() + 100)({ ...head, body })).rejects.toThrow(UpstreamTimeoutError);
  expect(asked).toBeLessThan(50);
  expect(body.destroyed).toBe(true);
});
