/** Writes docs/openapi.json and docs/api.md (`npm run openapi`). */
import { readFileSync, writeFileSync } from 'node:fs';
import { routes } from '../lambdas/routes.ts';
import { apiPage } from './api-page.ts';
import { openApi } from './openapi.ts';

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { version: string };
const document = openApi(routes, version);
writeFileSync(at('docs/openapi.json'), `${JSON.stringify(document, null, 2)}\n`);
writeFileSync(at('docs/api.md'), apiPage(document as unknown as Parameters<typeof apiPage>[0]));
