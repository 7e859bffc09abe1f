/** The route table. Adding a route is a folder and a line here. */
import type { Route } from './route.ts';
import { route as airflowHealth } from './routes/airflow_health/route.ts';
import { route as bucketSize } from './routes/bucket_size/route.ts';
import { route as environments } from './routes/environments/route.ts';
import { route as grants } from './routes/grants/route.ts';
import { route as health } from './routes/health/route.ts';
import { route as metrics } from './routes/metrics/route.ts';
import { route as microFlowConstants } from './routes/micro_flow_constants/route.ts';
import { route as storageAudit } from './routes/storage_audit/route.ts';
import { route as tableSize } from './routes/table_size/route.ts';
import { route as users } from './routes/users/route.ts';

export const routes: readonly Route[] = [
  health,
  environments,
  bucketSize,
  tableSize,
  users,
  microFlowConstants,
  storageAudit,
  airflowHealth,
  grants,
  metrics,
];
