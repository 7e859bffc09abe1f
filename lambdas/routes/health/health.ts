import type { Answer, RouteRequest } from '../../exchange.ts';
import type { AnswerOf } from '../../route.ts';
import type { route } from './route.ts';

/** Whether the API answers. Asks no upstream: an alarm on one of them must not make the API look dead. */
export async function health(request: Pick<RouteRequest, 'version'>): Promise<Answer<AnswerOf<typeof route>>> {
  return { body: { status: 'ok', version: request.version, complete: true }, next: null, as_of: null, max_age: 0 };
}
