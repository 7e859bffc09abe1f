import { routeHandler } from '../../http/route-handler.ts';
import { environments } from './environments.ts';
import { route } from './route.ts';

export const handler = routeHandler(route, environments, () => null);
