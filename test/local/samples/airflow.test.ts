import { afterEach, expect, test, vi } from 'vitest';
import { sampleAirflow } from '../../../local/samples/airflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('has one DAG whose next run was not made, however long the system has been running', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-30T23:58:00Z') });
  const { dags } = sampleAirflow(Date.now());
  const overdue = () =>
    dags.filter(({ isPaused, nextRun }) => !isPaused && (nextRun ?? Number.POSITIVE_INFINITY) <= Date.now());
  expect(overdue().map(({ id }) => id)).toEqual(['returns_report']);
  vi.setSystemTime(Date.parse('2026-12-01T02:30:00Z'));
  expect(overdue().map(({ id }) => id)).toEqual(['returns_report']);
});
