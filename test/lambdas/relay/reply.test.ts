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
