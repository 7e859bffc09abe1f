import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Deadline } from '../../../lambdas/context.ts';
import { withinDeadline } from '../../../lambdas/http/deadline.ts';

/** The process gets no processor for so long. */
function starve(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Ends by its own deadline, a turn of the loop after it has heard of it: a cut answer, with its cursor. */
async function cutAnswer(deadline: Deadline): Promise<string> {
  await new Promise((resolve) => deadline.signal().addEventListener('abort', resolve));
  await turn();
  return 'cut';
}

test('an answer that is cut at its deadline is given, also where the process got no processor until long after it', async () => {
  const deadline = new Deadline(Date.now() + 20);
  const answer = withinDeadline(cutAnswer(deadline), deadline);
  starve(600);
  await expect(answer).resolves.toBe('cut');
});

test('work that overlooks its deadline is given up', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(withinDeadline(never, new Deadline(Date.now()))).rejects.toMatchObject({ source: 'the request' });
});

test('work that fails is told as that', async () => {
  const failing = Promise.reject(new RangeError('wrong'));
  await expect(withinDeadline(failing, new Deadline(Date.now() + 60_000))).rejects.toThrow(RangeError);
});
