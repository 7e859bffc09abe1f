/**
 * `node tools/capture-examples.ts` beside a running `npm start` asks the sample apps and writes docs/examples.json: the
 * answers that the OpenAPI document shows. To be run when an answer has changed its shape; `npm run generate` then puts
 * them into the document.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { clientCredentials, MrtClient, type Path } from '@mrt/client';
import type { Route } from '../lambdas/route.ts';
import { routes } from '../lambdas/routes.ts';
import { EXAMPLES_FILE, type Example } from './openapi-examples.ts';

type Query = Record<string, unknown>;

/** What is shown of a route, by the name of the example. Others show their first two rows. */
const REQUESTS: Record<string, Record<string, Query>> = {
  environments: { answer: { limit: 3 } },
  bucket_size: { metrics: { limit: 1, days: 2 }, both: { limit: 1, source: 'both' } },
  table_size: { rows: { limit: 2 }, fields: { limit: 3, fields: ['table', 'total_bytes', 'exact'] } },
  users: { rows: { limit: 2, kind: 'named' }, summary: { summary: true } },
  micro_flow_constants: { rows: { limit: 3 }, comparison: { compare: 'shop-acc', limit: 2 } },
};

/** Lists that would make a page of an example are cut to their first items. */
const MAX_ITEMS = 4;

const { api, token_endpoint, client_id, client_secret, environment } = JSON.parse(
  readFileSync('.local/endpoints.json', 'utf8'),
);
const token = clientCredentials({ tokenEndpoint: token_endpoint, clientId: client_id, clientSecret: client_secret });
const mrt = new MrtClient({ api, token });

/** Whether a route answers with JSON, which all do but the one for Prometheus. */
function isJson(route: Route): boolean {
  return route.form === undefined;
}

/** The examples of one route. */
async function captured(route: Route): Promise<Example[]> {
  const requests = REQUESTS[route.name] ?? { answer: route.rows === null ? {} : { limit: 2 } };
  const examples: Example[] = [];
  for (const [name, own] of Object.entries(requests)) {
    const query: Query = { ...(route.environment ? { environment: await offering(route) } : {}), ...own };
    const parameters = Object.entries(query).map(([key, value]) => `${key}=${value}`);
    const whole = await mrt.get(route.path as Path, query);
    const answer = short(route.name === 'environments' ? withDatabase(whole) : whole);
    const request = parameters.length === 0 ? route.path : `${route.path}?${parameters.join('&')}`;
    examples.push({ name, request, answer, cut: JSON.stringify(answer) !== JSON.stringify(whole) });
  }
  return examples;
}

/** Without the sample environments that an option brings: a stage without it shows this example, too. */
function withDatabase(answer: unknown): unknown {
  const { environments, ...rest } = answer as { environments: { offers: string[] }[] };
  return { environments: environments.filter(({ offers }) => offers.includes('table_size')), ...rest };
}

/** The sample environment, or the first that has the route where that one has not. */
async function offering({ name }: Route): Promise<string> {
  const { environments } = await mrt.get('/environments', {});
  const all = environments.filter(({ offers }) => (offers as readonly string[]).includes(name));
  return (all.find((one) => one.environment === environment) ?? all[0])?.environment ?? environment;
}

/** The same with long lists cut, and so the cursor, which is of no use without the keys of this run. */
function short(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(short);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'next_cursor' && typeof inner === 'string' ? `${inner.slice(0, 12)}…` : short(inner),
    ]),
  );
}

const examples: Record<string, Example[]> = {};
// Metrics are text for Prometheus, which the document shows by its media type.
for (const route of routes.filter(isJson)) examples[route.name] = await captured(route);
writeFileSync(EXAMPLES_FILE, `${JSON.stringify(examples, null, 2)}\n`);
process.stdout.write(`${Object.values(examples).flat().length} examples\n`);
