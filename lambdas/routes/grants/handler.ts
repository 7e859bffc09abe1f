import { routeHandler } from '../../http/route-handler.ts';
import { grants } from './grants.ts';
import { route } from './route.ts';

export const handler = routeHandler(route, grants, (_, { callers }) => ({ callers }));
