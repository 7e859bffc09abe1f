import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { streamedAnswer } from '@mrt/local-aws/rest-api/answer.ts';
import { describe, expect, test } from 'vitest';

const ZEROS = '\0'.repeat(8);
const streamOf = (...pieces: string[]) =>
  Readable.from(
    pieces.map((piece) => Buffer.from(piece)),
    { objectMode: false },
  );

describe('a streamed answer', () => {
  test.each([
    [[`{"statusCode":201,"headers":{"Content-Type":"text/plain"}}${ZEROS}hello`]],
    [['{"statusCode":201,"head', 'ers":{"Content-Type":"text/plain"}}\0\0\0', '\0\0\0\0\0', 'hel', 'lo']],
  ])('has its head before eight zero bytes, and its body after, however they are cut (%#)', async (pieces) => {
    const answer = await streamedAnswer(streamOf(...pieces));
    expect(answer).toMatchObject({ status: 201, headers: { 'content-type': 'text/plain' } });
    expect(await text(answer?.body as Readable)).toBe('hello');
  });

  test('may have an empty body, and zero bytes in one', async () => {
    for (const body of ['', `a${ZEROS}b`]) {
      const answer = await streamedAnswer(streamOf(`{}${ZEROS}${body}`));
      expect([answer?.status, await text(answer?.body as Readable)]).toEqual([200, body]);
    }
  });

  test.each([
    ['without a head', 'hello'],
    ['with a head that is no JSON', `hello${ZEROS}x`],
    ['with something else in its head', `{"statusCode":200,"body":"x"}${ZEROS}x`],
    ['with too few zero bytes', '{"statusCode":200}\0\0\0\0x'],
    ['with a head of more than 16 KB', `{"headers":{"a":"${'x'.repeat(17_000)}"}}${ZEROS}x`],
    ['of a function that does not stream', '{"statusCode":200,"headers":{},"body":"x"}'],
  ])('%s is none', async (_, whole) => {
    const stream = streamOf(whole);
    expect(await streamedAnswer(stream)).toBeNull();
    expect(stream.destroyed).toBe(true);
  });
});
