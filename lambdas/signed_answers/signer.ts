/** Signs answers with the key pair of the moment, which stays in memory between requests. */
import type { Context } from '../context.ts';
import { KEY_PAIR_OBJECTS } from '../contract.ts';
import type { HttpRequest, HttpResponse } from '../http/event.ts';
import { KeyFile, type ReadKeyObject } from '../keys/file.ts';
import { parseKeyPairs, signingPair } from '../keys/pairs.ts';
import { signatureOf } from './signature.ts';
import { PLAIN_WISH, wishOf } from './wish.ts';

/** One for each instance. */
export class AnswerSigner {
  readonly #pairs: KeyFile<ReturnType<typeof parseKeyPairs>>;

  /** @param read an object of the key bucket */
  constructor(read: ReadKeyObject) {
    // Written when a pair is renewed, so their age says nothing.
    const maxAgeMs = Number.POSITIVE_INFINITY;
    this.#pairs = new KeyFile({ key: KEY_PAIR_OBJECTS.answers, read, parse: parseKeyPairs, maxAgeMs });
  }

  /** Reads the key pairs beside the making of the answer, so that signing waits for nothing. @throws KeysUnavailableError */
  async prepare(context: Context): Promise<void> {
    await this.#pairs.get(context);
  }

  /**
   * The answer with its signature.
   *
   * @param caller SPIFFE ID of whom the answer is for
   * @throws KeysUnavailableError: an answer that must be signed is not given unsigned
   */
  async sign(response: HttpResponse, http: HttpRequest, caller: string, context: Context): Promise<HttpResponse> {
    const now = new Date();
    const pair = signingPair(await this.#pairs.get(context), now);
    const wished = http.header('accept-signature');
    const answer = {
      status: response.status,
      content_type: response.headers['content-type'] ?? '',
      body: response.body,
      ...{ method: http.method, path: http.path, query: http.query, request_id: http.id },
      caller,
    };
    const signature = signatureOf(answer, pair, wished === undefined ? PLAIN_WISH : wishOf(wished), now);
    return { ...response, headers: { ...response.headers, ...signature } };
  }
}
