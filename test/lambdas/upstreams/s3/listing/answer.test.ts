import { describe, expect, test } from 'vitest';
import { AnswerReader } from '../../../../../lambdas/upstreams/s3/listing/answer.ts';
import fc from '../../../../properties.ts';

interface Read {
  status: number;
  headers: Record<string, string>;
  body: string;
  isWhole: boolean;
  keepsAlive: boolean;
}

/** Gives `answer` in pieces that begin at `cuts`, out of one buffer that each piece overwrites, as a connection does. */
function read(answer: string, cuts: readonly number[] = [], closes = false): Read {
  const bytes = Buffer.from(answer, 'latin1');
  const shared = Buffer.alloc(bytes.length);
  let status = 0;
  let headers: Record<string, string> = {};
  let body = '';
  const reader = new AnswerReader({
    head(code, fields) {
      status = code;
      headers = Object.fromEntries(fields);
    },
    body(piece) {
      body += piece.toString('latin1');
    },
  });
  let isWhole = false;
  const borders = [0, ...[...cuts].map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < borders.length; i++) {
    const size = bytes.copy(shared, 0, borders[i - 1], borders[i]);
    if (size > 0) isWhole = reader.push(shared.subarray(0, size));
  }
  return { status, headers, body, isWhole: closes ? reader.close() : isWhole, keepsAlive: reader.keepsAlive };
}

const COUNTED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Amz-Bucket-Region:  eu-west-1 \r\n\r\n<List';
const CHUNKED =
  'HTTP/1.1 200\r\ntransfer-encoding: Chunked\r\n\r\n3\r\n<Li\r\n00B;note="a"\r\nst>\r\n</List\r\n0\r\nx-sum: 1\r\n\r\n';

describe('an HTTP answer', () => {
  test('has a body as long as its header says', () => {
    const headers = { 'content-length': '5', 'x-amz-bucket-region': 'eu-west-1' };
    expect(read(COUNTED)).toEqual({ status: 200, headers, body: '<List', isWhole: true, keepsAlive: true });
    expect(read('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')).toMatchObject({ status: 403, isWhole: true });
  });

  test('in chunks is their data, without sizes, extensions and trailer', () => {
    expect(read(CHUNKED)).toMatchObject({ status: 200, body: '<List>\r\n</List', isWhole: true, keepsAlive: true });
  });

  test('is the same wherever the network cuts it', () => {
    fc.assert(
      fc.property(fc.constantFrom(COUNTED, CHUNKED), fc.array(fc.nat(), { maxLength: 30 }), (answer, cuts) => {
        expect(read(answer, cuts)).toEqual(read(answer));
      }),
      { numRuns: 300 },
    );
  });

  test('is not whole as long as a byte of it is missing, and whole with the last', () => {
    for (const answer of [COUNTED, CHUNKED]) {
      for (let length = 1; length < answer.length; length++) {
        expect(read(answer.slice(0, length)).isWhole).toBe(false);
        expect(read(answer.slice(0, length), [], true).isWhole).toBe(false);
      }
    }
  });

  test('without a length ends with its connection, which takes no other request', () => {
    const answer = 'HTTP/1.1 200 OK\r\n\r\n<List';
    expect(read(answer)).toMatchObject({ body: '<List', isWhole: false });
    expect(read(answer, [], true)).toMatchObject({ body: '<List', isWhole: true, keepsAlive: false });
  });

  test('says whether its connection takes another request', () => {
    const keepsAlive = (start: string) => read(`${start}\r\nContent-Length: 0\r\n\r\n`).keepsAlive;
    expect(keepsAlive('HTTP/1.1 200 OK')).toBe(true);
    expect(keepsAlive('HTTP/1.1 200 OK\r\nConnection: Close')).toBe(false);
    expect(keepsAlive('HTTP/1.0 200 OK')).toBe(false);
  });

  test('may be announced by answers that are not the one', () => {
    expect(read(`HTTP/1.1 100 Continue\r\nX: 1\r\n\r\n${COUNTED}`)).toEqual(read(COUNTED));
  });

  test('that has no body by its status is whole with its head', () => {
    expect(read('HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n')).toMatchObject({ body: '', isWhole: true });
  });

  test.each([
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['of another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n'],
    ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n<List'],
    ['with a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['in a coding that was not asked for', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['with a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<List'],
    ['with a chunk size that is no number', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\n<List\r\n'],
    [
      'with a chunk longer than it says',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<List\r\n0\r\n\r\n',
    ],
    ['with a header on two lines', 'HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\n\r\n'],
    ['with a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n<List'],
    ['with lines that end in half', 'HTTP/1.1 200 OK\nContent-Length: 5\n\n<List'],
    ['with a head without end', `HTTP/1.1 200 OK\r\n${'X: 1\r\n'.repeat(4_000)}`],
    ['with bytes behind its end', `${COUNTED}HTTP/1.1 200 OK\r\n`],
  ])('%s is refused', (_, answer) => {
    expect(() => read(answer)).toThrow(expect.objectContaining({ reason: 'invalid-answer' }));
  });
});
