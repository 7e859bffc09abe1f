/** In which state a DAG is, and what its row says of it: of Airflow 2 and 3 alike. */
import { describe, expect, test } from 'vitest';
import { ask, dag, data, failed, HOUR, MINUTE, ModelAirflow, portTo, run, running } from './model.ts';

async function rowsOf(changes: Parameters<typeof data>[0]) {
  const { airflow } = portTo(new ModelAirflow(data(changes)));
  const { body } = await ask(airflow);
  expect(body.complete).toBe(true);
  expect(body.missing).toEqual([]);
  return Object.fromEntries((body.dags ?? []).map((row) => [row.dag, row]));
}

describe.each(['2.10.3', '3.0.6'])('with Airflow %s, a DAG', (version) => {
  test('is failing when its last run failed, however good the others were, and says for how long', async () => {
    const { once, thrice, mended } = await rowsOf({
      version,
      dags: [dag('once'), dag('thrice'), dag('mended')],
      runs: [
        ...[failed('once', 1), run('once', 2), run('once', 3)],
        ...[failed('thrice', 1), failed('thrice', 2, 'extract'), failed('thrice', 30), run('thrice', 40)],
        ...[run('mended', 1), failed('mended', 2)],
      ],
    });
    expect(once).toMatchObject({ state: 'failing', reason: 'Its last run failed.', success_rate: 0.6667 });
    expect(thrice).toMatchObject({
      state: 'failing',
      reason: 'Its last 3 runs failed.',
      failed_tasks: ['extract', 'load'],
    });
    expect(mended).toMatchObject({ state: 'healthy', reason: null, success_rate: 0.5, failed_tasks: ['load'] });
  });

  test('is late when its next run should have been made, or one waits, for five minutes', async () => {
    const now = Date.now();
    const rows = await rowsOf({
      version,
      dags: [
        dag('unmade', { nextRun: now - 20 * MINUTE }),
        dag('soon', { nextRun: now - 4 * MINUTE }),
        dag('waiting'),
        // Of its next run Airflow still has the time.
        dag('resting', { nextRun: now - 20 * MINUTE, isPaused: true }),
      ],
      runs: [
        ...['unmade', 'soon', 'waiting', 'resting'].map((id) => run(id, 2)),
        run('waiting', 0, { state: 'queued', queued: now - 10 * MINUTE, started: null, ended: null }),
      ],
    });
    expect(rows['unmade']).toMatchObject({ state: 'late', reason: 'Its next run was not made in time.' });
    expect(rows['unmade']?.late_by_s).toBeCloseTo(1_200, -2);
    expect(rows['soon']).toMatchObject({ state: 'healthy', late_by_s: null });
    expect(rows['waiting']).toMatchObject({ state: 'late', reason: 'A run waits in the queue.' });
    expect(rows['resting']).toMatchObject({
      state: 'paused',
      reason: 'It is paused.',
      late_by_s: null,
      next_run: null,
    });
  });

  test('runs long when a run takes twice what 95 % of the good ones took, and five minutes more', async () => {
    const good = (id: string, seconds: number) => [3, 6, 30].map((hours) => run(id, hours, { seconds }));
    const rows = await rowsOf({
      version,
      dags: ['long', 'usual', 'short', 'new'].map((id) => dag(id)),
      runs: [
        ...[...good('long', 900), running('long', 31)],
        ...[...good('usual', 900), running('usual', 29)],
        ...[...good('short', 60), running('short', 5)],
        ...[run('new', 3), running('new', 600)],
      ],
    });
    expect(Object.values(rows).map(({ dag, state }) => [dag, state])).toEqual([
      ['long', 'running_long'],
      ['new', 'healthy'],
      ['short', 'healthy'],
      ['usual', 'healthy'],
    ]);
    expect(rows['long']?.last_run).toMatchObject({
      state: 'running',
      ended: null,
      duration_s: expect.closeTo(1_860, -1),
    });
  });

  test('never ran only when it never did: one whose last run is years old is judged by that', async () => {
    const rows = await rowsOf({
      version,
      dags: [dag('new'), dag('yearly'), dag('yearly_failed'), dag('old_paused', { isPaused: true })],
      runs: [run('yearly', 9_000), failed('yearly_failed', 9_000), run('old_paused', 9_000)],
    });
    expect(rows['new']).toMatchObject({ state: 'never_ran', last_run: null, success_rate: null });
    expect(rows['yearly']).toMatchObject({ state: 'healthy', runs: { success: 0, failed: 0 }, success_rate: null });
    expect(rows['yearly']?.last_run?.state).toBe('success');
    expect(rows['yearly_failed']).toMatchObject({ state: 'failing', runs: { failed: 0 } });
    expect(rows['old_paused']).toMatchObject({ state: 'paused', last_run: { state: 'success' } });
  });

  test('has its success rate and durations now and in the window before', async () => {
    const now = [10, 20, 30, 40].map((seconds, i) => run('etl', 2 + i, { seconds }));
    const before = [100, 200].map((seconds, i) => run('etl', 30 + i, { seconds }));
    const { etl } = await rowsOf({
      version,
      dags: [dag('etl', { schedule: '0 2 * * *', owners: ['a', 'b'], tags: ['sales'] })],
      runs: [...now, ...before, failed('etl', 40), failed('etl', 47), run('etl', 49)],
    });
    expect(etl).toMatchObject({
      schedule: '0 2 * * *',
      owners: ['a', 'b'],
      tags: ['sales'],
      runs: { success: 4, failed: 0, running: 0, queued: 0 },
      success_rate: 1,
      duration_p50_s: 20,
      duration_p95_s: 40,
      before: { runs: { success: 2, failed: 2 }, success_rate: 0.5, duration_p50_s: 100, duration_p95_s: 200 },
      last_run: { state: 'success', duration_s: 10 },
    });
    expect(Date.parse(etl?.next_run ?? '')).toBeCloseTo(Date.now() + HOUR, -5);
  });
});

test.each(['2.10.3', '3.0.6'])('a DAG without a schedule has none, whatever Airflow %s calls that', async (version) => {
  const dags = [dag('by_hand', { schedule: null, nextRun: null })];
  const { body } = await ask(portTo(new ModelAirflow(data({ version, dags }))).airflow);
  expect(body.dags).toMatchObject([{ schedule: null, next_run: null, state: 'never_ran' }]);
});

test('a schedule of Airflow 2 that is a time delta is shown as Airflow 3 shows it', async () => {
  const model = new ModelAirflow(data({ dags: [dag('delta'), dag('none', { schedule: null, nextRun: null })] }));
  const answer = model.answer.bind(model);
  model.answer = async (request) => {
    const { status, document } = await answer(request);
    for (const one of (document as { dags?: Record<string, unknown>[] }).dags ?? []) {
      if (one['dag_id'] === 'delta')
        one['schedule_interval'] = { __type: 'TimeDelta', days: 1, seconds: 5_400, microseconds: 0 };
    }
    return { status, document };
  };
  const { body } = await ask(portTo(model).airflow);
  expect(body.dags?.map(({ dag, schedule, next_run }) => [dag, schedule, next_run])).toEqual([
    ['delta', '1 day, 1:30:00', expect.any(String)],
    ['none', null, null],
  ]);
});
