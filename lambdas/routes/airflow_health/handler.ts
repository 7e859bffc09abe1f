import { Deadline } from '../../context.ts';
import { routeHandler } from '../../http/route-handler.ts';
import { airflowOf } from '../../upstreams/airflow/connection.ts';
import { mwaaFigures } from '../../upstreams/cloudwatch/mwaa-metrics.ts';
import { airflowHealth } from './airflow-health.ts';
import { route } from './route.ts';

/** Of the time that is left, so that what was read in it can still be answered. */
const MARGIN = 0.08;

export const handler = routeHandler(route, airflowHealth, (context) => ({
  airflow: (settings) => {
    const deadline = new Deadline(context.deadline.at - context.deadline.remaining() * MARGIN);
    return airflowOf(settings, { ...context, deadline });
  },
  metrics: ({ environment, region }) => mwaaFigures(environment, region, context),
}));
