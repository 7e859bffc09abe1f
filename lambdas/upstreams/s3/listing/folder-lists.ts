/**
 * The lists of folders that S3 is asked for beside the pages of a listing (`subfolders.ts`). They are advice alone: none
 * fails a listing, counts as throttling, is asked for again, or holds up the end.
 *
 * A bucket's policy may refuse them where it lets pages through (conditions on `s3:delimiter` and `s3:prefix`; source:
 * Amazon S3 user guide, "Bucket policy examples using condition keys"), and S3 may ask for slower requests. After the
 * first that failed, whatever the reason, no other is sent.
 */
import type { Context } from '../../../context.ts';
import { type ListingRequest, readSubfolders } from './request.ts';
import type { Subfolders } from './subfolders.ts';

/** What comes later is of little use, and its connection is one that a page could have. */
const MAX_LIST_MS = 2_000;

/** Of one listing. */
export class FolderLists {
  readonly #request: ListingRequest;
  readonly #subfolders: Subfolders;
  readonly #context: Context;
  readonly #over = new AbortController();
  #underWay = 0;
  #hasFailed = false;

  constructor(request: ListingRequest, subfolders: Subfolders, context: Context) {
    this.#request = request;
    this.#subfolders = subfolders;
    this.#context = context;
  }

  /** Whether a request has not ended yet. */
  get isUnderWay(): boolean {
    return this.#underWay > 0;
  }

  /** Asks for what the pages make worth asking for. @param ended called after each answer, when its folders are known */
  ask(ended: () => void): void {
    while (!this.#hasFailed) {
      const folder = this.#subfolders.next();
      if (folder === null) return;
      this.#underWay++;
      void this.#read(folder).then(() => {
        this.#underWay--;
        ended();
      });
    }
  }

  /** No page waits for them any more: ends what is under way, and closes its connections. */
  end(): void {
    this.#over.abort();
  }

  /** Never rejects. */
  async #read(folder: string): Promise<void> {
    try {
      const names = await readSubfolders(this.#request, folder, this.#context, [
        this.#over.signal,
        AbortSignal.timeout(MAX_LIST_MS),
      ]);
      this.#subfolders.take(folder, names);
    } catch {
      // What it would have said, the pages will.
      this.#hasFailed = true;
    }
  }
}
