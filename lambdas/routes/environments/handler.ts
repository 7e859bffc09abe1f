import { door } from '../../door/door.ts';
import { environments } from './environments.ts';
import { route } from './route.ts';

export const handler = door(route, environments, () => null);
