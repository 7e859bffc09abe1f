import { BoundedCache } from '../../bounded-cache.ts';

/** What was parsed before, so that an unchanged object is neither read nor parsed again while the function is warm. */

export interface Known<Content> {
  etag: string;
  last_modified: Date;
  content: Content;
}

/** Enough for the sources of a hundred environments; each is some 100 kB. */
export const MAX_KNOWN_CONTENT = 300;

export class KnownContent<Content> {
  readonly #entries = new BoundedCache<Known<Content>>(MAX_KNOWN_CONTENT);

  get(key: string): Known<Content> | undefined {
    return this.#entries.get(key);
  }

  set(key: string, known: Known<Content>): void {
    this.#entries.set(key, known);
  }
}
