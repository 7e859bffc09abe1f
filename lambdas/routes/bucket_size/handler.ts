import { routeHandler } from '../../http/route-handler.ts';
import { route } from './route.ts';
import { service } from './service.ts';

/** The Lambda function of `GET /bucket_size`. */
export const handler = routeHandler(route, service.domain, service.upstreams);
