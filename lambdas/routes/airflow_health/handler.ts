import { routeHandler } from '../../http/route-handler.ts';
import { airflowUpstreams } from '../../upstreams/airflow/upstreams.ts';
import { airflowHealth } from './airflow-health.ts';
import { route } from './route.ts';

export const handler = routeHandler(route, airflowHealth, airflowUpstreams);
