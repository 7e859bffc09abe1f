/** What a function asks Airflows and their metrics with, for one request or one turn. */
import { type Context, Deadline } from '../../context.ts';
import type { AirflowSettings } from '../../environment-settings.ts';
import { type MwaaFigures, mwaaFigures } from '../cloudwatch/mwaa-metrics.ts';
import type { Airflow } from './airflow.ts';
import { airflowOf } from './connection.ts';

/** Of the time that is left, so that what was read in it can still be answered. */
const MARGIN = 0.08;

export function airflowUpstreams(context: Context): {
  airflow(settings: AirflowSettings): Airflow;
  metrics(mwaa: NonNullable<AirflowSettings['mwaa']>): Promise<MwaaFigures>;
} {
  const deadline = new Deadline(context.deadline.at - context.deadline.remaining() * MARGIN);
  return {
    airflow: (settings) => airflowOf(settings, { ...context, deadline }),
    metrics: ({ environment, region }) => mwaaFigures(environment, region, context),
  };
}
