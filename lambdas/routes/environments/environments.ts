import type { Answer, RouteRequest } from '../../exchange.ts';
import type { AnswerOf } from '../../route.ts';
import type { route } from './route.ts';

/** Where a page ended: the last environment's name. */
export type Position = string;

/** The environments that the caller may read, by name, from configuration alone. */
export async function environments(
  request: Pick<RouteRequest<unknown, Position>, 'environments' | 'limit' | 'position'>,
): Promise<Answer<AnswerOf<typeof route>, Position>> {
  const { position, limit } = request;
  const rest = request.environments.filter(({ environment }) => position === null || environment.name > position);
  const page = rest.slice(0, limit).map(({ environment, scopes }) => ({
    environment: environment.name,
    labels: environment.labels,
    offers: environment.offers,
    scopes: [...scopes],
  }));
  const last = page.at(-1)?.environment ?? null;
  return {
    body: { environments: page, complete: true },
    next: rest.length > limit ? last : null,
    as_of: null,
    max_age: 60,
  };
}
