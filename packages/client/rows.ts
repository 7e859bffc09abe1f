/** All rows of a list, page after page, as one iterable. */

/** What every JSON answer has. */
export interface Page {
  complete: boolean;
  next_cursor: string | null;
}

/**
 * Rows one after the other; the next page is asked for when it is needed. Each loop over it begins anew.
 *
 * A bucket whose listing goes on with the next page is a row of each of these pages, and the last one is the whole.
 */
export class Rows<Row, P extends Page> implements AsyncIterable<Row> {
  readonly #pages: () => AsyncIterable<P>;
  readonly #name: string;
  #complete: boolean | null = null;
  #page: P | null = null;

  /** @param name of the list in an answer: `users` */
  constructor(name: string, pages: () => AsyncIterable<P>) {
    this.#name = name;
    this.#pages = pages;
  }

  /** After the last row: false when a page lacked something that belongs there. `null` before. */
  get complete(): boolean | null {
    return this.#complete;
  }

  /** The page of the last row: `as_of`, `missing`, `next_cursor` … `null` before the first. */
  get page(): P | null {
    return this.#page;
  }

  /** @throws TypeError when the answer has no such list, as with `summary=true`; what a request throws */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    this.#complete = null;
    let complete = true;
    for await (const page of this.#pages()) {
      const rows = (page as unknown as Record<string, Row[] | null | undefined>)[this.#name];
      if (rows === undefined) throw new TypeError(`the answer has no ${this.#name}: ask for it with get or pages`);
      this.#page = page;
      complete &&= page.complete;
      // A list that is not known, of an answer that is not complete.
      yield* rows ?? [];
    }
    this.#complete = complete;
  }
}
