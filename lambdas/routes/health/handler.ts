import { routeHandler } from '../../http/route-handler.ts';
import { health } from './health.ts';
import { route } from './route.ts';

export const handler = routeHandler(route, health, () => null);
