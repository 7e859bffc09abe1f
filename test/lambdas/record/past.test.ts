/** What an answer to `days` is made of: recorded days, gaps, and the reason where there is none. */
import { describe, expect, test } from 'vitest';
import { figureOf } from '../../../lambdas/record/figure.ts';
import { type PastQuestion, readPast } from '../../../lambdas/record/past.ts';
import { RecordUnavailableError, UpstreamFailedError } from '../../../lambdas/upstream-errors.ts';
import { NOW, sampleRecord } from './sample-history.ts';

const users = (count: number) => [figureOf('users', { kind: 'named', user_type: 'internal', active: 'true' }, count)];
const QUESTION: PastQuestion = { route: 'users', environment: { name: 'shop-prod' }, days: 3, isAsked: () => true };

describe('the past', () => {
  test('is the recorded days up to today, oldest first, and a day that was not recorded is left out', async () => {
    const open = sampleRecord({
      days: { '2026-11-26': users(12), '2026-11-24': users(10), '2026-11-23': users(9) },
    });
    const { days, record, faults } = await readPast(open, QUESTION, NOW);
    expect([...(days ?? [])].map(([date, rows]) => [date, rows.map(({ value }) => value)])).toEqual([
      ['2026-11-24', [10]],
      ['2026-11-26', [12]],
    ]);
    expect(record).toEqual({ days: 3, recorded_days: 2, first: '2026-11-24', last: '2026-11-26', reason: null });
    expect(faults).toEqual([]);
  });

  test.each([
    ['recording-off', async () => null, []],
    ['not-recorded', sampleRecord({ days: { '2026-11-20': users(9) } }), []],
    ['unreadable', sampleRecord(new RecordUnavailableError('unreadable')), ['unreadable']],
    ['access-denied', sampleRecord(new UpstreamFailedError('record', 'access-denied')), ['access-denied']],
  ])('is null with the reason %s, which is a fault only where something failed', async (reason, open, faults) => {
    const past = await readPast(open, QUESTION, NOW);
    expect(past.days).toBeNull();
    expect(past.record).toEqual({ days: 3, recorded_days: 0, first: null, last: null, reason });
    expect(past.faults.map((fault) => fault.reason)).toEqual(faults);
  });

  test('hides no bug behind a reason', async () => {
    await expect(readPast(sampleRecord(new TypeError('bug')), QUESTION, NOW)).rejects.toThrow(TypeError);
  });
});
