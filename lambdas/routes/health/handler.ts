import { door } from '../../door/door.ts';
import { health } from './health.ts';
import { route } from './route.ts';

export const handler = door(route, health, () => null);
