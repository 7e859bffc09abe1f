/** Recorded days of an Airflow beside its figures of now. */
import { describe, expect, test } from 'vitest';
import { type Figure, figureOf } from '../../../../lambdas/record/figure.ts';
import type { OpenRecord } from '../../../../lambdas/record/opened.ts';
import { InvalidParameterError } from '../../../../lambdas/request-errors.ts';
import { airflowHealthOverTime } from '../../../../lambdas/routes/airflow_health/past.ts';
import { DAG_STATES } from '../../../../lambdas/routes/airflow_health/row-schema.ts';
import { NOW, sampleRecord } from '../../record/sample-history.ts';
import { dag, data, ModelAirflow, portTo, type Question, questionOf, run, upstreamsOf } from './model.ts';

const { airflow } = portTo(new ModelAirflow(data({ dags: [dag('orders')], runs: [run('orders', 1)] })));

function answer(record: OpenRecord, { parameters = { summary: true, days: 20 }, ...more }: Question = {}) {
  const request = questionOf({ parameters, ...more });
  return airflowHealthOverTime(request, { ...upstreamsOf(airflow), record }, NOW);
}

const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}`;

/** A recorded day: so many runs failed, and each state has one DAG. */
function recordedDay(failed: number): Figure[] {
  return [
    figureOf('airflow_dag_runs', { state: 'success' }, 90),
    figureOf('airflow_dag_runs', { state: 'failed' }, failed),
    ...[...DAG_STATES, 'unknown'].map((state) => figureOf('airflow_dags', { state }, 1)),
    figureOf('airflow_import_errors', {}, 2),
  ];
}

describe('days', () => {
  test('give each recorded day its figures, and say where they lead', async () => {
    const days = Object.fromEntries([10, 11, 12, 14, 15, 16, 17].map((date) => [day(date), recordedDay(date)]));
    const { body } = await answer(sampleRecord({ days }));
    expect(body.history?.map(({ date }) => date)).toEqual(Object.keys(days));
    expect(body.history?.[0]).toEqual({
      date: day(10),
      runs: { success: 90, failed: 10 },
      success_rate: 0.9,
      dags: 7,
      states: { paused: 1, failing: 1, late: 1, running_long: 1, never_ran: 1, healthy: 1, unknown: 1 },
      import_errors: 2,
    });
    expect(body.growth).toEqual({
      dags: { per_day: 0, days: 7, forecast_30_days: 7 },
      failed_runs: { per_day: 1, days: 7, forecast_30_days: 47 },
    });
    expect(body).toMatchObject({ summary: { dags: 1 }, record: { recorded_days: 7, reason: null }, complete: true });
  });

  test('on which something was not known have null for it, and no sum without it', async () => {
    const known = recordedDay(1).filter(
      ({ figure, labels }) => figure === 'airflow_dags' && labels['state'] !== 'late',
    );
    const { body } = await answer(sampleRecord({ days: { [day(25)]: known } }));
    expect(body.history).toMatchObject([
      { runs: { success: null, failed: null }, success_rate: null, dags: null, states: { late: null, failing: 1 } },
    ]);
  });

  test('that are not recorded are null with their reason, and the figures of now are all there', async () => {
    const { body, faults } = await answer(async () => null);
    expect(body).toMatchObject({ history: null, growth: null, summary: { dags: 1 }, complete: false });
    expect(body.record).toMatchObject({ reason: 'recording-off' });
    expect(faults).toEqual([]);
  });

  test.each([{ days: 7 }, { days: 7, summary: true, dag: 'orders' }, { days: 7, summary: true, tag: 'sales' }])(
    'are of all DAGs together, and so are refused with %j',
    async (parameters) => {
      await expect(answer(sampleRecord({ days: {} }), { parameters })).rejects.toBeInstanceOf(InvalidParameterError);
    },
  );

  test('are on the first page of a summary alone', async () => {
    const position = { after: 'orders', offset: 1, until: Date.now() };
    const { body } = await answer(async () => expect.unreachable(), { position });
    expect('history' in body).toBe(false);
  });
});
