import { routeHandler } from '../../http/route-handler.ts';
import { openedRecord } from '../../record/opened.ts';
import { airflowUpstreams } from '../../upstreams/airflow/upstreams.ts';
import { airflowHealthOverTime } from './past.ts';
import { route } from './route.ts';

export const handler = routeHandler(route, airflowHealthOverTime, (context, settings) => ({
  ...airflowUpstreams(context),
  record: openedRecord(context, settings),
}));
