/**
 * Lists a bucket, or what of it lies below a prefix, as fast as S3 lets, and counts. docs/decisions/listing.md.
 *
 * Ranges of keys are listed side by side. Whoever has nothing to do splits the range with the most work left, at a
 * point estimated from the keys that came so far; so no hint about the keys is needed, whatever they look like.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../../context.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../../../errors.ts';
import type { Entries, PageEnd } from './entries.ts';
import { compareKeys } from './key-space.ts';
import { PageScanner } from './page.ts';
import { type ListingPosition, type Range, Ranges } from './ranges.ts';
import { type ListingRequest, readPage } from './request.ts';
import { Tally } from './tally.ts';

export interface ListingResult {
  /** Everything counted, earlier requests included. */
  tally: Tally;
  /** What is left, when the time was up first. */
  position: ListingPosition | null;
}

const MAX_CONNECTIONS = 64;
/** A small bucket is not met with 64 requests, and S3 likes a ramp: each page with keys allows one connection more. */
const FIRST_CONNECTIONS = 16;
/** Faults in a row, on one range, that waiting may cure. */
const MAX_FAILURES = 6;
const BACK_OFF_MS = 50;
const LONGEST_BACK_OFF_MS = 3_000;
/** Sums by prefix that one answer holds: more end it early, as if its time were up. */
const MAX_PREFIXES = 5_000;
/** The alphabet is learned from each so many-th key. */
const LEARN_EACH = 256;

/**
 * Counts until all is counted or the deadline comes; goes on from `position`.
 *
 * Concurrent writes to other keys change nothing: each key that is there throughout is counted once.
 *
 * @throws UpstreamFailedError `access-denied`, `not-found`, `wrong-region`, or another that did not go away
 */
export async function listBucket(
  request: ListingRequest,
  position: ListingPosition | null,
  context: Context,
): Promise<ListingResult> {
  return context.timing.of('s3', () => new Lister(request, position, context).run());
}

class Lister {
  readonly #request: ListingRequest;
  readonly #context: Context;
  readonly #ranges: Ranges;
  readonly #waiting: Range[];
  /** Requests and back-offs under way. */
  #busy = 0;
  #connections = FIRST_CONNECTIONS;
  #stopped = false;
  #fault: unknown = null;
  #finish: () => void = () => {};

  constructor(request: ListingRequest, position: ListingPosition | null, context: Context) {
    this.#request = request;
    this.#context = context;
    this.#ranges = new Ranges(request.rules.prefix, position);
    // Taken from the end: the first range goes first, for what it counts is never dropped from a position.
    this.#waiting = this.#ranges.left().reverse();
  }

  async run(): Promise<ListingResult> {
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      this.#start();
    });
    if (this.#fault !== null) throw this.#fault;
    return this.#ranges.cut(this.#request.position_bytes);
  }

  /** Gives each free connection a range: one that waits, or one split off for it. Finishes when there is none. */
  #start(): void {
    if (this.#request.rules.depth > 0 && this.#ranges.prefixCount() > MAX_PREFIXES) this.#stopped = true;
    while (!this.#stopped && this.#busy < this.#connections) {
      const range = this.#waiting.pop() ?? this.#ranges.split();
      if (range === null) break;
      if (range.done) continue;
      this.#busy++;
      void this.#advance(range).then(() => {
        this.#busy--;
        this.#start();
      });
    }
    if (this.#busy === 0) this.#finish();
  }

  /** Lists the range's next page. Never rejects. */
  async #advance(range: Range): Promise<void> {
    try {
      await this.#page(range);
      range.failures = 0;
      if (!range.done) this.#waiting.push(range);
    } catch (error) {
      await this.#recover(range, error);
    }
  }

  async #page(range: Range): Promise<void> {
    const tally = new Tally();
    const { after } = range;
    let first: string | null = null;
    const scanner = new PageScanner((entries) => {
      tally.count(entries, this.#limit(entries, range.upto), this.#request.rules);
      first ??= entries.key(0);
      this.#look(range, entries);
    });
    const end = await readPage(this.#request, range, scanner, this.#context);
    range.tally.merge(tally);
    if (first !== null) {
      range.sample = [first, range.seen];
      this.#connections = Math.min(MAX_CONNECTIONS, this.#connections + 1);
    }
    this.#moveOn(range, end, first !== null);
    this.#skipNeighbours(after, first, first === null ? null : range.seen, end);
  }

  /** A page shows that nothing lies before its first key, and the last page that nothing follows: no need to ask. */
  #skipNeighbours(after: string, first: string | null, seen: string | null, end: PageEnd): void {
    if (this.#request.what === 'versions') return;
    if (first !== null) this.#ranges.markEmpty(after, first);
    if (!end.truncated) this.#ranges.markEmpty(seen ?? after, null);
  }

  /** The key up to which entries count, or `null` when all of them do: their order spares a look at each. */
  #limit(entries: Entries, upto: string | null): string | null {
    if (upto === null || this.#request.what === 'versions') return upto;
    return compareKeys(entries.key(entries.count - 1), upto) <= 0 ? null : upto;
  }

  #look(range: Range, entries: Entries): void {
    const keys: string[] = [];
    // Some servers give versions before delete markers, so that the last entry need not have the highest key.
    const step = this.#request.what === 'versions' ? 1 : LEARN_EACH;
    for (let i = 0; i < entries.count; i += step) keys.push(entries.key(i));
    keys.push(entries.key(entries.count - 1));
    this.#ranges.learn(keys);
    for (const key of keys) if (compareKeys(key, range.seen) > 0) range.seen = key;
  }

  #moveOn(range: Range, end: PageEnd, hadKeys: boolean): void {
    const versions = this.#request.what === 'versions';
    const next = versions ? end.next_key : hadKeys ? range.seen : range.after;
    if (end.truncated && (next === null || (!versions && !hadKeys && end.continuation_token === null))) {
      throw new UpstreamFailedError('s3', 'invalid-answer');
    }
    const passed = range.upto === null || next === null ? -1 : compareKeys(next, range.upto);
    range.done = !end.truncated || passed > 0 || (passed === 0 && end.next_version === null);
    if (range.done || next === null) return;
    range.after = next;
    range.version = end.next_version;
    range.token = hadKeys ? null : end.continuation_token;
  }

  /** Waits out what waiting may cure; ends the listing otherwise. */
  async #recover(range: Range, error: unknown): Promise<void> {
    const throttled = error instanceof UpstreamThrottledError;
    const passing =
      error instanceof UpstreamFailedError && ['unreachable', 'invalid-answer', 'failed'].includes(error.reason);
    range.failures++;
    if (error instanceof UpstreamTimeoutError) {
      this.#stopped = true;
    } else if (throttled || (passing && range.failures <= MAX_FAILURES)) {
      if (throttled) this.#connections = Math.max(1, this.#connections >> 1);
      // Full jitter, so that those refused together do not come back together.
      const longest = Math.min(LONGEST_BACK_OFF_MS, BACK_OFF_MS * 2 ** range.failures);
      await sleep(Math.min(longest * Math.random(), this.#context.deadline.remaining()));
      if (this.#context.deadline.remaining() === 0) this.#stopped = true;
      this.#waiting.push(range);
    } else {
      this.#stopped = true;
      this.#fault ??= error;
    }
  }
}
