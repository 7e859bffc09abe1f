/** What was parsed before, so that an unchanged object is neither read nor parsed again while the function is warm. */

export interface Known<Content> {
  etag: string;
  last_modified: Date;
  content: Content;
}

/** Enough for the sources of a hundred environments; each is some 100 kB. */
const MAX_ENTRIES = 300;

export class KnownContent<Content> {
  readonly #entries = new Map<string, Known<Content>>();

  get(key: string): Known<Content> | undefined {
    return this.#entries.get(key);
  }

  /** The oldest entry goes when there are too many. */
  set(key: string, known: Known<Content>): void {
    this.#entries.delete(key);
    this.#entries.set(key, known);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }
}
