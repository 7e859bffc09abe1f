/** GET /metrics: the newest recorded figures of every environment and route that the caller may read. */
import type { Answer, MetricsBody, RouteRequest } from '../../exchange.ts';
import { faultOf } from '../../faults.ts';
import type { Recorded } from '../../record/latest.ts';
import { METRICS_VIEW } from '../../record/layout.ts';
import { newestOf } from '../../record/newest.ts';
import type { RecordReader } from '../../record/reader.ts';
import { familiesOf } from '../../record/samples.ts';
import { SCOPES_OF_FIGURES } from '../../record/scopes.ts';

export interface Upstreams {
  record: Pick<RecordReader, 'latest'>;
}

/**
 * The figures. A scope holds in the environment where the caller has it, and nowhere else: who may see users in `shop-acc`
 * and tables in `shop-prod` is shown just these. An environment that offers a route of which nothing is recorded is there
 * with `mrt_source_up` 0.
 *
 * @throws RecordUnavailableError and what S3's fault is, where nothing can be read: a scrape that fails is seen (`up` 0), an
 *   empty one is not. A tenant's part that cannot be read is `mrt_source_up` 0 of its environments.
 */
export async function metrics(
  { environments }: Pick<RouteRequest, 'environments'>,
  { record }: Upstreams,
  now = new Date(),
): Promise<Answer<MetricsBody>> {
  const asked = environments.map(({ environment }) => environment);
  const newest = await newestOf(METRICS_VIEW, asked, record);
  if (newest.taken_at === null) throw newest.errors[0];
  const readable = environments.map(({ environment, scopes }) => {
    const recorded = newest.routesOf(environment.name);
    const routes: Record<string, Recorded | null> = {};
    for (const [route, wanted] of Object.entries(SCOPES_OF_FIGURES)) {
      if (!environment.offers.includes(route) || !wanted.some((scope) => scopes.includes(scope))) continue;
      routes[route] = recorded?.[route] ?? null;
    }
    return { environment: environment.name, routes };
  });
  const all = readable.flatMap(({ routes }) => Object.values(routes));
  return {
    body: { families: familiesOf(readable, now), complete: all.every((one) => one?.error === null) },
    next: null,
    as_of: newest.taken_at,
    // Ages go on: no two answers are the same.
    revision: now.toISOString(),
    max_age: 0,
    faults: newest.errors.map(faultOf),
  };
}
