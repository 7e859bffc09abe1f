/** The answer to one request for the public keys. Knows neither Lambda nor API Gateway, nor where the keys are. */
import { problemOf } from '../faults.ts';
import { sha256 } from '../hash.ts';
import { matches } from '../http/caching.ts';
import type { HttpRequest, HttpResponse } from '../http/event.ts';
import { queryParser } from '../http/query.ts';
import { refuse } from '../http/respond.ts';

/** Verifiers that meet an unknown key ask again, so this is how long a withdrawn one may live in a cache. */
const MAX_AGE_SECONDS = 300;

/** No parameter has a meaning here, and none is ignored. */
const refuseParameters = queryParser({ environment: false, rows: null, parameters: {} });

/**
 * 200 with the JWK Set, 304, 400 for a parameter, or 503 while the keys cannot be read.
 *
 * @param keys gives the set as text; throws KeysUnavailableError
 */
export async function answerKeys(http: HttpRequest, keys: () => Promise<string>): Promise<HttpResponse> {
  const started = performance.now();
  try {
    refuseParameters(http.query);
    const body = await keys();
    const etag = `"${sha256(body).slice(0, 27)}"`;
    const headers: Record<string, string> = {
      'x-request-id': http.id,
      etag,
      // The same for everybody, so that shared caches may keep it.
      'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
    };
    if (matches(http.header('if-none-match'), etag)) return { status: 304, headers, body: '' };
    headers['content-type'] = 'application/jwk-set+json';
    headers['x-content-type-options'] = 'nosniff';
    return { status: 200, headers, body };
  } catch (error) {
    return refuse(problemOf(error), {
      request_id: http.id,
      base_address: null,
      path: http.path,
      serverTiming: () => `total;dur=${Math.round(performance.now() - started)}`,
    });
  }
}
