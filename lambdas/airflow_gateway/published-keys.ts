/** Issuers' public keys, from where they are published, as aws-jwt-verify asks for them. */
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';

/** An issuer answers in tens of milliseconds; the gateway waits for the authorizer no longer than 29 s. */
const MAX_FETCH_MS = 3_000;
/** GitLab's has some kB. */
const MAX_BYTES = 150_000;

/**
 * A cache of key sets, by their addresses. A key that is not in a kept set has it fetched again, at most once in ten
 * seconds (the library's penalty box), so that made-up key ids do not flood an issuer.
 *
 * @param addressOf where a published set is really fetched: the same, but in the local run
 */
export function publishedKeys(addressOf: (uri: string) => string): SimpleJwksCache {
  return new SimpleJwksCache({
    fetcher: {
      async fetch(uri) {
        const response = await fetch(addressOf(uri), {
          // Whoever can send the request elsewhere could say which keys are good.
          redirect: 'error',
          signal: AbortSignal.timeout(MAX_FETCH_MS),
        });
        if (response.status !== 200) throw new Error(`an issuer answered ${response.status} for its keys`);
        const bytes = await response.arrayBuffer();
        if (bytes.byteLength > MAX_BYTES) throw new Error('an issuer’s keys are larger than any key set');
        return bytes;
      },
    },
  });
}
