/**
 * Lists a bucket, or what of it lies below a prefix, as fast as S3 lets, and counts. docs/decisions/listing.md.
 *
 * Ranges of keys are listed side by side. Whoever has nothing to do splits the range with the most work left, at a
 * point estimated from the keys that came so far; so no hint about the keys is needed, whatever they look like.
 */
import type { Context } from '../../../context.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../../../upstream-errors.ts';
import { isPassing, PAGE_OF_MANY, Retries } from '../../retry.ts';
import { unlessThrottled } from '../../throttling.ts';
import { MAX_CONNECTIONS } from './connections.ts';
import { FolderLists } from './folder-lists.ts';
import type { ListingPosition } from './position.ts';
import type { Range } from './range.ts';
import { RangePage } from './range-page.ts';
import { Ranges } from './ranges.ts';
import type { ListingRequest } from './request.ts';
import type { Tally } from './tally.ts';

export interface ListingResult {
  /** Everything counted, earlier requests included. */
  tally: Tally;
  /** What is left, when the time was up first or a fault did not pass. */
  position: ListingPosition | null;
  /** Why this request got no further, where that was not its time alone: it read no page, or a fault ended it. */
  interruption: Error | null;
  /** Pages that this request read. */
  pages: number;
}

/** A small bucket is not met with 64 requests, and S3 likes a ramp: each page with keys allows one connection more. */
const FIRST_CONNECTIONS = 16;
/** Sums by prefix that one answer holds: more end it early, as if its time were up. */
const MAX_PREFIXES = 5_000;
/** A fault with less time left than this was not given up but cut off by the deadline. */
const MIN_RETRY_MS = 50;

/**
 * Counts until all is counted or the deadline comes; goes on from `position`.
 *
 * Concurrent writes to other keys change nothing: each key that is there throughout is counted once.
 *
 * @throws UpstreamFailedError `access-denied`, `not-found`, `wrong-region` … (`fault.ts`), which end a listing at once;
 *   UpstreamThrottledError, UpstreamTimeoutError or UpstreamFailedError when not one page of the bucket could be read:
 *   nothing is known of it then, which is not 0
 */
export async function listBucket(
  request: ListingRequest,
  position: ListingPosition | null,
  context: Context,
): Promise<ListingResult> {
  const ranges = new Ranges(request.rules.prefix, position, request.inspection?.tally);
  const { bucket, rules } = request;
  return context.timing.of('s3', () =>
    unlessThrottled(['s3', bucket, 'listing', rules.prefix], 's3', () => new Lister(request, ranges, context).run()),
  );
}

/** One listing, from its position to its end, its deadline or its fault. */
export class Lister {
  readonly #request: ListingRequest;
  readonly #context: Context;
  readonly #ranges: Ranges;
  readonly #waiting: Range[];
  readonly #folders: FolderLists;
  readonly #retries = new Map<Range, Retries>();
  /** Called when a request has ended. */
  #end: () => void = () => {};
  #connections = FIRST_CONNECTIONS;
  #pages = 0;
  #stopped = false;
  /** What ends the listing without a result. */
  #fault: unknown = null;
  /** What ends it with what it has. */
  #interruption: Error | null = null;

  constructor(request: ListingRequest, ranges: Ranges, context: Context) {
    this.#request = request;
    this.#context = context;
    this.#ranges = ranges;
    this.#folders = new FolderLists(request, ranges.subfolders, context);
    // Taken from the end: the first range goes first, for what it counts is never dropped from a position.
    this.#waiting = ranges.left().reverse();
  }

  /** Owns every request: it returns, or throws, when none is under way any more. */
  async run(): Promise<ListingResult> {
    let underWay = 0;
    for (;;) {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      this.#end = end;
      if (!this.#stopped) this.#folders.ask(() => this.#end());
      for (let range = this.#next(underWay); range !== null; range = this.#next(underWay)) {
        underWay++;
        void this.#advance(range).then(() => {
          underWay--;
          this.#end();
        });
      }
      if (underWay === 0) {
        this.#folders.end();
        if (!this.#folders.isUnderWay) break;
      }
      await ended;
    }
    if (this.#fault !== null) throw this.#fault;
    const result = this.#ranges.cut(this.#request.position_bytes);
    if (result.position === null) return { ...result, interruption: null, pages: this.#pages };
    if (this.#pages === 0 && !this.#ranges.resumed) throw this.#interruption ?? new UpstreamTimeoutError('s3');
    const failed = this.#interruption instanceof UpstreamFailedError;
    return { ...result, interruption: this.#pages === 0 || failed ? this.#interruption : null, pages: this.#pages };
  }

  /** A range for a free connection: one that waits, or one split off for it; `null` when there is none. */
  #next(underWay: number): Range | null {
    try {
      if (this.#request.rules.depth > 0 && this.#ranges.prefixCount() > MAX_PREFIXES) this.#stopped = true;
      if (this.#request.inspection?.enough() === true) this.#stopped = true;
      while (!this.#stopped && underWay < this.#connections) {
        const range = this.#waiting.pop() ?? this.#ranges.split();
        if (range === null || !range.done) return range;
      }
    } catch (error) {
      this.#stop(error);
    }
    return null;
  }

  /** Lists the range's next page, and waits after a fault that may pass. Never rejects. */
  async #advance(range: Range): Promise<void> {
    try {
      await this.#request.inspection?.ready();
      await this.#readPage(range).catch((error: unknown) => this.#waitAfter(error, range));
      if (!range.done) this.#waiting.push(range);
    } catch (error) {
      this.#stop(error);
    }
  }

  /** @throws `error` when the range is not to be asked for again */
  async #waitAfter(error: unknown, range: Range): Promise<void> {
    const retries = this.#retries.get(range) ?? new Retries(this.#context, { budget: PAGE_OF_MANY });
    this.#retries.set(range, retries);
    if (error instanceof UpstreamThrottledError) this.#connections = Math.max(1, this.#connections >> 1);
    await retries.waitAfter(error);
  }

  /** No further request. What is no fault of S3's, or a refusal, leaves no result. */
  #stop(error: unknown): void {
    this.#stopped = true;
    if (error instanceof UpstreamTimeoutError) {
      this.#interruption ??= error;
    } else if (error instanceof UpstreamFailedError && isPassing(error)) {
      const late = this.#context.deadline.remaining() < MIN_RETRY_MS;
      this.#interruption = late ? new UpstreamTimeoutError('s3', { cause: error }) : error;
    } else if (error instanceof UpstreamThrottledError) {
      this.#interruption = error;
    } else {
      this.#fault ??= error;
    }
  }

  async #readPage(range: Range): Promise<void> {
    const hadKeys = await new RangePage(this.#request, range, this.#ranges).read(this.#context);
    this.#pages++;
    this.#retries.delete(range);
    if (hadKeys) this.#connections = Math.min(MAX_CONNECTIONS, this.#connections + 1);
  }
}
