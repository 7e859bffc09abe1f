/** The routes that an agent serves: all that are about an environment. Adding one is a line here. */
import type { Context } from '../lambdas/context.ts';
import type { Answer } from '../lambdas/exchange.ts';
import type { KeyObject } from '../lambdas/keys/object.ts';
import type { Route } from '../lambdas/route.ts';
import { route as bucketSize } from '../lambdas/routes/bucket_size/route.ts';
import { service as bucketSizeService } from '../lambdas/routes/bucket_size/service.ts';
import { route as microFlowConstants } from '../lambdas/routes/micro_flow_constants/route.ts';
import { service as microFlowConstantsService } from '../lambdas/routes/micro_flow_constants/service.ts';
import { route as storageAudit } from '../lambdas/routes/storage_audit/route.ts';
import { service as storageAuditService } from '../lambdas/routes/storage_audit/service.ts';
import { route as tableSize } from '../lambdas/routes/table_size/route.ts';
import { service as tableSizeService } from '../lambdas/routes/table_size/service.ts';
import { route as users } from '../lambdas/routes/users/route.ts';
import { service as usersService } from '../lambdas/routes/users/service.ts';
import type { Settings } from '../lambdas/settings.ts';

/** A route with its domain and its upstreams; their types fit each other where each is declared. */
export interface Served {
  route: Route;
  domain(request: never, upstreams: never): Promise<Answer<Record<string, unknown>, unknown>>;
  upstreams(context: Context, settings: Settings, keys: () => Promise<KeyObject>): unknown;
}

const all = [
  { route: bucketSize, service: bucketSizeService },
  { route: tableSize, service: tableSizeService },
  { route: users, service: usersService },
  { route: microFlowConstants, service: microFlowConstantsService },
  { route: storageAudit, service: storageAuditService },
];

/** By the route's name. */
export const services: ReadonlyMap<string, Served> = new Map(
  all.map(({ route, service }) => [route.name, { route, ...service } as unknown as Served]),
);
