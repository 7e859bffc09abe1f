import { expect, test } from 'vitest';
import { ReconnectWait } from '../../agent/reconnect-wait.ts';

const DAY_MS = 86_400_000;
const SHORT_MS = 45_000;

/** Half to one and a half of it. */
function expectAround(wait: number, milliseconds: number): void {
  expect(wait).toBeGreaterThanOrEqual(milliseconds / 2);
  expect(wait).toBeLessThanOrEqual(milliseconds * 1.5);
}

test('after a connection that lasted the wait is a second, however many tries it took to make it', () => {
  const waits = new ReconnectWait();
  for (let tries = 0; tries < 10; tries += 1) waits.afterFailure();
  expectAround(waits.afterConnection(DAY_MS), 1000);
});

test('each try that fails doubles the wait, to half a minute', () => {
  const waits = new ReconnectWait();
  for (const expected of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) expectAround(waits.afterFailure(), expected);
});

test('each short connection doubles the wait as well, and one that lasted begins anew', () => {
  const waits = new ReconnectWait();
  for (const expected of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    expectAround(waits.afterConnection(SHORT_MS), expected);
  }
  expectAround(waits.afterConnection(DAY_MS), 1000);
  expectAround(waits.afterConnection(SHORT_MS), 1000);
});

test('tries that fail between short connections do not let the wait begin anew', () => {
  const waits = new ReconnectWait();
  for (let turn = 0; turn < 3; turn += 1) waits.afterConnection(SHORT_MS);
  expectAround(waits.afterFailure(), 8000);
  expectAround(waits.afterConnection(SHORT_MS), 8000);
});

test('a short connection or two say nothing; the third says that another process connects as this agent', () => {
  const waits = new ReconnectWait();
  for (const expected of [null, null, expect.stringContaining('another process connects as this agent')]) {
    waits.afterConnection(SHORT_MS);
    expect(waits.hint).toEqual(expected);
  }
  waits.afterConnection(DAY_MS);
  expect(waits.hint).toBeNull();
});

test('the longest wait is shorter than a connection that lasts: whoever is thrown out after it had a short one', () => {
  const waits = new ReconnectWait();
  let longest = 0;
  for (let turn = 0; turn < 200; turn += 1) longest = Math.max(longest, waits.afterFailure());
  waits.afterConnection(longest);
  waits.afterConnection(longest);
  waits.afterConnection(longest);
  expect(waits.hint).not.toBeNull();
});
