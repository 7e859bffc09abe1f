import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline, Timing } from '../../../lambdas/context.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../../../lambdas/upstream-errors.ts';
import { PAGE_OF_MANY, type RetryOptions, withRetries } from '../../../lambdas/upstreams/retry.ts';

const throttled = () => new UpstreamThrottledError('s3');
const failed = (reason: string) => new UpstreamFailedError('s3', reason);
const timeout = () => new UpstreamTimeoutError('s3');

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.999);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Meets each of `errors` in turn, then succeeds; `milliseconds` until the deadline. */
async function tried(errors: readonly Error[], options: RetryOptions & { milliseconds?: number } = {}) {
  const started = Date.now();
  const left = [...errors];
  let attempts = 0;
  const timing = new Timing();
  const work = async () => {
    attempts += 1;
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'answer';
  };
  const outcome = withRetries(
    work,
    { deadline: new Deadline(started + (options.milliseconds ?? 20_000)), timing },
    options,
  ).catch((error: Error) => error);
  await vi.runAllTimersAsync();
  return { outcome: await outcome, attempts, waited: Date.now() - started, throttled: timing.throttled() };
}

test('each throttled answer is counted for the log line, and no other', async () => {
  const errors = [throttled(), failed('failed'), throttled()];
  expect(await tried(errors)).toMatchObject({ outcome: 'answer', throttled: 2 });
  expect(await tried([throttled()], { milliseconds: 5 })).toMatchObject({ throttled: 1 });
});

describe('a request is sent again', () => {
  test.each([
    ['throttling', throttled()],
    ['a failure of the upstream’s own', failed('failed')],
    ['a lost connection', failed('unreachable')],
    ['an answer that was cut short', failed('truncated')],
    ['an answer that is not the one asked for', failed('invalid-answer')],
  ])('after %s', async (_, error) => {
    expect(await tried([error, error, error, error])).toMatchObject({ outcome: 'answer', attempts: 5 });
  });

  test.each([
    ['a refusal', failed('access-denied')],
    ['what is not there', failed('not-found')],
    ['the deadline', timeout()],
    ['an error that is not an upstream’s', new TypeError('x')],
  ])('not after %s', async (_, error) => {
    expect(await tried([error])).toMatchObject({ outcome: error, attempts: 1, waited: 0 });
  });

  test('five times in all, then its last error is the outcome', async () => {
    const errors = [1, 2, 3, 4, 5, 6].map(throttled);
    expect(await tried(errors)).toMatchObject({ outcome: errors[4], attempts: 5 });
  });

  test('with waits that double, each a random part of its bound', async () => {
    const errors = [1, 2, 3, 4].map(throttled);
    const { waited } = await tried(errors);
    expect(waited).toBeGreaterThan(735);
    expect(waited).toBeLessThanOrEqual(750);
    vi.mocked(Math.random).mockReturnValue(0);
    expect((await tried(errors)).waited).toBeLessThan(10);
  });

  test('never so late that the retry itself would have no time', async () => {
    const { outcome: answer, waited: half } = await tried([throttled()], { milliseconds: 40 });
    expect([answer, half <= 20]).toEqual(['answer', true]);
    const { outcome, waited } = await tried(
      Array.from({ length: 100 }, () => throttled()),
      { milliseconds: 300, budget: PAGE_OF_MANY },
    );
    expect(outcome).toBeInstanceOf(UpstreamThrottledError);
    expect(waited).toBeLessThan(300);
  });

  test('only within two seconds of the first, where somebody waits for it', async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      throw failed('unreachable');
    };
    const work = vi.fn(slow);
    const outcome = withRetries(work, { deadline: new Deadline(Date.now() + 20_000), timing: new Timing() }).catch(
      (error: Error) => error,
    );
    await vi.runAllTimersAsync();
    expect(await outcome).toMatchObject({ reason: 'unreachable' });
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('for as long as there is time when a page of thousands is throttled', async () => {
    const errors = Array.from({ length: 12 }, () => throttled());
    expect(await tried(errors, { budget: PAGE_OF_MANY, milliseconds: 60_000 })).toMatchObject({
      outcome: 'answer',
      attempts: 13,
    });
  });

  test('with waits of three seconds at most, however often it was throttled before', async () => {
    const errors = Array.from({ length: 12 }, () => throttled());
    const { waited } = await tried(errors, { budget: PAGE_OF_MANY, milliseconds: 600_000 });
    // 50, 100, 200, 400, 800 and 1,600 ms, and then six times 3 s.
    expect(waited).toBeGreaterThan(21_000);
    expect(waited).toBeLessThanOrEqual(21_150);
  });

  test('but no longer than four seconds when such a page fails', async () => {
    const errors = Array.from({ length: 40 }, () => failed('failed'));
    const { outcome, waited } = await tried(errors, { budget: PAGE_OF_MANY, milliseconds: 60_000 });
    expect(outcome).toMatchObject({ reason: 'failed' });
    expect(waited).toBeGreaterThan(3_000);
    expect(waited).toBeLessThan(4_000);
  });

  test('as long after throttling as without it, when such a page fails then', async () => {
    const errors = [...Array.from({ length: 12 }, () => throttled()), failed('failed')];
    expect(await tried(errors, { budget: PAGE_OF_MANY, milliseconds: 60_000 })).toMatchObject({ outcome: 'answer' });
  });

  test('for the errors that the caller names', async () => {
    const starting = new TypeError('starting');
    const passing = (error: unknown) => error === starting;
    expect(await tried([starting], { passing })).toMatchObject({ outcome: 'answer', attempts: 2 });
    expect(await tried([throttled()], { passing })).toMatchObject({ attempts: 1 });
  });
});

test('throttling that used up the time is told as throttling, not as a timeout', async () => {
  const error = throttled();
  expect((await tried([error, timeout()])).outcome).toBe(error);
  expect((await tried([failed('failed'), timeout()])).outcome).toBeInstanceOf(UpstreamTimeoutError);
});
