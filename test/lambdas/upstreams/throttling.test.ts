import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { problemOf } from '../../../lambdas/faults.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../../../lambdas/upstream-errors.ts';
import { PAUSE_MS } from '../../../lambdas/upstreams/outages.ts';
import { forgetThrottling, unlessThrottled } from '../../../lambdas/upstreams/throttling.ts';

const LISTING = ['s3', 'shop-files', 'listing'];
let asked = 0;

beforeEach(() => {
  asked = 0;
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  forgetThrottling();
  vi.useRealTimers();
});

/** One request to a source that answers so. */
function ask(answer: unknown, scope = LISTING, source = 'shop-archive'): Promise<unknown> {
  return unlessThrottled(scope, source, async () => {
    asked += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  }).catch((error: unknown) => error);
}
const throttled = () => new UpstreamThrottledError('shop-archive');
const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

describe('a source that throttles', () => {
  test('is not asked by the next callers, who hear at once that it does and when to come again', async () => {
    expect(await ask(throttled())).toBeInstanceOf(UpstreamThrottledError);
    const refused = await ask('good', LISTING, 'shop-files');
    expect(asked).toBe(1);
    // The log line tells who was not asked from who was asked and throttled.
    expect(refused).toMatchObject({
      name: 'UpstreamThrottledError',
      source: 'shop-files',
      cause: { code: 'KNOWN_OUTAGE' },
    });
    expect(problemOf(refused)).toMatchObject({ slug: 'upstream-throttled', retry_after: PAUSE_MS / 1_000 });
  });

  test('is asked again when the pause is over, and by everybody once it has answered', async () => {
    await ask(throttled());
    later(PAUSE_MS - 1);
    expect(await ask('good')).toBeInstanceOf(UpstreamThrottledError);
    later(1);
    expect(await ask('good')).toBe('good');
    expect(await ask('good')).toBe('good');
    expect(asked).toBe(3);
  });

  test('is asked by one probe alone, and left alone again when that is throttled too', async () => {
    await ask(throttled());
    later(PAUSE_MS);
    const { promise, reject } = Promise.withResolvers<never>();
    const probe = unlessThrottled(LISTING, 'shop-archive', () => promise).catch((error: unknown) => error);
    expect(await ask('good')).toBeInstanceOf(UpstreamThrottledError);
    reject(throttled());
    await probe;
    later(PAUSE_MS - 1);
    expect(await ask('good')).toBeInstanceOf(UpstreamThrottledError);
    expect(asked).toBe(1);
  });

  test('is asked by one probe also when a request ends that was sent before anybody was throttled', async () => {
    const [early, probe] = [Promise.withResolvers<never>(), Promise.withResolvers<string>()];
    const sent = unlessThrottled(LISTING, 'shop-archive', () => early.promise).catch((error: unknown) => error);
    await ask(throttled());
    later(PAUSE_MS);
    const probing = unlessThrottled(LISTING, 'shop-archive', () => probe.promise);
    early.reject(new UpstreamTimeoutError('shop-archive'));
    expect(await sent).toBeInstanceOf(UpstreamTimeoutError);
    expect(await ask('good')).toBeInstanceOf(UpstreamThrottledError);
    probe.resolve('good');
    expect(await probing).toBe('good');
  });

  test('is asked by another probe when the first one could not tell', async () => {
    await ask(throttled());
    later(PAUSE_MS);
    expect(await ask(new UpstreamTimeoutError('shop-archive'))).toBeInstanceOf(UpstreamTimeoutError);
    expect(await ask('good')).toBe('good');
  });

  test('says nothing of another bucket, nor of another kind of request', async () => {
    await ask(throttled());
    expect(await ask('good', ['s3', 'shop-files', 'object'])).toBe('good');
    expect(await ask('good', ['s3', 'shop-files-2', 'listing'])).toBe('good');
  });
});

test.each([
  ['a refusal', new UpstreamFailedError('shop-archive', 'access-denied')],
  ['a timeout', new UpstreamTimeoutError('shop-archive')],
  ['a fault of our own', new TypeError('no')],
])('%s is not remembered: the next request asks', async (_, error) => {
  expect(await ask(error)).toBe(error);
  expect(await ask('good')).toBe('good');
});

test('a refusal ends the pause: who refuses does not throttle', async () => {
  await ask(throttled());
  later(PAUSE_MS);
  await ask(new UpstreamFailedError('shop-archive', 'access-denied'));
  // Both at once: the first is no probe any more.
  expect(await Promise.all([ask('good'), ask('good')])).toEqual(['good', 'good']);
});
