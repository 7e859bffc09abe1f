/** Writes docs/openapi.json (`npm run openapi`). */
import { readFileSync, writeFileSync } from 'node:fs';
import { routes } from '../lambdas/routes.ts';
import { openApi } from './openapi.ts';

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { version: string };
writeFileSync(at('docs/openapi.json'), `${JSON.stringify(openApi(routes, version), null, 2)}\n`);
