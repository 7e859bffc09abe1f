/** What is taken of an agent's answer: what its route may say of its own environment, and nothing else. */
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { problemOf } from '../../../lambdas/faults.ts';
import { pack, unpack } from '../../../lambdas/relay/reply.ts';
import type { Route } from '../../../lambdas/route.ts';

const route = {
  answer: z.object({ environment: z.string(), users: z.array(z.object({ id: z.string() })) }),
} as unknown as Route;
const AGENT = { route, agent: 'depot', environment: 'depot-prod' };
const answer = {
  body: { environment: 'depot-prod', users: [{ id: '1' }], complete: true },
  next: null,
  as_of: null,
  max_age: 0,
};

/** A value in so many lists. */
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
/** A reply with `value` in place of the word NESTED, which `JSON.stringify` itself could not write. */
const deep = (said: unknown, value: string) => zstdCompressSync(JSON.stringify(said).replace('"NESTED"', value));
const positionOf = (bytes: number) => 'x'.repeat(bytes - '""'.length);

const packed = (said: unknown) => zstdCompressSync(JSON.stringify(said));
/** What a caller is told of a reply; `null`: it is taken. */
function problemIn(reply: Buffer) {
  try {
    unpack(reply, AGENT, () => undefined);
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

test('an answer is taken as the route says it, with the times of the agent’s own sources', () => {
  const times: Record<string, number> = {};
  const body = { ...answer.body, users: [{ id: '1', password: 'x' }], host: 'x' };
  const taken = unpack(pack({ answer: { ...answer, body }, timing: { postgresql: 12 } }), AGENT, (name, ms) => {
    times[name] = ms;
  });
  expect(taken.body).toEqual(answer.body);
  expect(times).toEqual({ postgresql: 12 });
});

const NO_ANSWERS: [string, Buffer][] = [
  ['a bomb: 64 MB in some kilobytes', zstdCompressSync(Buffer.alloc(64 * 1024 * 1024, ' '))],
  ['a bomb in a text', packed({ answer: { ...answer, revision: 'x'.repeat(40_000_000) }, timing: {} })],
  [
    'a body that is nested without end',
    deep({ answer: { ...answer, body: { ...answer.body, x: 'NESTED' } }, timing: {} }, nested(200_000)),
  ],
  [
    'a position that is nested without end',
    deep({ answer: { ...answer, next: 'NESTED' }, timing: {} }, nested(200_000)),
  ],
  [
    'a problem with a member that is nested without end',
    deep(
      { problem: { slug: 'unknown-name', title: 'x', status: 404, detail: 'x', members: { a: 'NESTED' } }, timing: {} },
      nested(200_000),
    ),
  ],
  ['a position that no header could hold', packed({ answer: { ...answer, next: positionOf(6001) }, timing: {} })],
  [
    'a position of a row that no header could hold',
    packed({ answer: { ...answer, positions: [positionOf(6001)] }, timing: {} }),
  ],
  [
    'more positions than a page has rows',
    packed({ answer: { ...answer, positions: Array.from({ length: 10_001 }, () => 1) }, timing: {} }),
  ],
  [
    'a header’s length of times',
    packed({ answer, timing: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`s${index}`, 1])) }),
  ],
  [
    'a time of the answer that would end a header',
    packed({ answer: { ...answer, as_of: 'x\r\nset-cookie: a' }, timing: {} }),
  ],
  ['what is not packed', Buffer.from(JSON.stringify({ answer, timing: {} }))],
  ['no JSON', zstdCompressSync('<html>')],
  ['nothing', Buffer.alloc(0)],
  ['neither an answer nor a problem', packed({ timing: {} })],
  [
    'another environment',
    packed({ answer: { ...answer, body: { ...answer.body, environment: 'shop-prod' } }, timing: {} }),
  ],
  [
    'an answer that is not the route’s',
    packed({ answer: { ...answer, body: { environment: 'depot-prod', complete: true } }, timing: {} }),
  ],
  ['an answer that lives for ever', packed({ answer: { ...answer, max_age: 1e9 }, timing: {} })],
  ['a time with a name that would end a header', packed({ answer, timing: { 'x\r\nset-cookie: a': 1 } })],
  [
    'a problem of its own making',
    packed({ problem: { slug: 'pay-here', title: 'x', status: 200, detail: 'x' }, timing: {} }),
  ],
  [
    'a problem by the name of a function',
    packed({ problem: { slug: 'constructor', title: 'x', status: 200, detail: 'x' }, timing: {} }),
  ],
];

test.each(NO_ANSWERS)('%s is no answer', (_, reply) => {
  expect(problemIn(reply)).toMatchObject({
    slug: 'upstream-failed',
    status: 502,
    members: { reason: 'invalid-answer' },
  });
});

test('an answer as deep and with positions as long as may be is one', () => {
  const body = { ...answer.body, x: 'NESTED' };
  // Two levels are the reply's and the answer's, one is the body's.
  const said = (levels: number) =>
    deep({ answer: { ...answer, body, next: positionOf(6000) }, timing: {} }, nested(levels));
  expect(problemIn(said(29))).toBeNull();
  expect(problemIn(said(30))).toMatchObject({ members: { reason: 'invalid-answer' } });
});

test('brackets in a text are no levels, however its quotes are escaped', () => {
  const texts = ['[['.repeat(500), `\\"${'{'.repeat(500)}`, `\\\\${'['.repeat(500)}`, '"', '\\'];
  const body = { ...answer.body, users: texts.map((id) => ({ id })) };
  expect(unpack(packed({ answer: { ...answer, body }, timing: {} }), AGENT, () => undefined).body).toEqual(body);
});

test('a problem has the status and the title of our own table, and no member that is ours to give', () => {
  const problem = {
    ...{ slug: 'unknown-name', title: 'All is well', status: 200, detail: 'x'.repeat(5000), retry_after: 5 },
    members: { suggestions: ['a'], request_id: 'forged', status: 200, type: 'https://example.com' },
  };
  const told = problemIn(packed({ problem, timing: {} }));
  expect(told).toMatchObject({ slug: 'unknown-name', status: 404, retry_after: 5, members: { suggestions: ['a'] } });
  expect(told?.title).not.toBe('All is well');
  expect(told?.detail).toHaveLength(1000);
  expect(Object.keys(told?.members ?? {})).toEqual(['suggestions']);
  const large = problemIn(
    packed({ problem: { ...problem, members: { suggestions: 'x'.repeat(20_000) } }, timing: {} }),
  );
  expect(large?.members).toBeUndefined();
});
