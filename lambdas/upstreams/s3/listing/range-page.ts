/** One page of a range: asked for, checked, counted, and what it says of the range and its neighbours. */
import type { Context } from '../../../context.ts';
import { UpstreamFailedError } from '../../../upstream-errors.ts';
import { compareKeys, sharedLength } from '../object-key.ts';
import type { Entries } from './entries.ts';
import { type PageEnd, PageScanner } from './page.ts';
import type { Range } from './range.ts';
import type { Ranges } from './ranges.ts';
import { type ListingRequest, readPage, rootOf } from './request.ts';
import type { Tally } from './tally.ts';

/** The alphabet is learned from each so many-th key of a page, however many pieces it comes in, and from its last. */
const LEARNED_STEP = 128;
/** And from so much of a key behind what it has in common with the page's first: what follows weighs nothing. */
const MAX_LEARNED = 64;

/** Made for one request and its retries; its counts join the range's own only when the page is whole. */
export class RangePage {
  readonly #request: ListingRequest;
  readonly #range: Range;
  readonly #ranges: Ranges;
  /** Apart from the range's own until the last byte has come: a page counts whole or not at all. */
  readonly #tally: Tally;
  /** Where the range stood when the page was asked for. */
  readonly #after: string;
  /** First key of the page, and the last one that has come. */
  #first: string | null = null;
  #last: string | null = null;
  /** Keys to come before the next one that is learned from. */
  #untilLearned = 0;
  /** Those learned from, each with how many came before it. */
  readonly #learned: { key: string; at: number }[] = [];
  #keys = 0;

  constructor(request: ListingRequest, range: Range, ranges: Ranges) {
    this.#request = request;
    this.#range = range;
    this.#ranges = ranges;
    this.#after = range.after;
    this.#tally = ranges.newTally();
  }

  /**
   * Reads the page and moves the range on.
   *
   * @returns whether it had keys
   * @throws UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError; the range then stands where it stood
   */
  async read(context: Context): Promise<boolean> {
    const scanner = new PageScanner(rootOf(this.#request), (entries) => this.#take(entries));
    const end = await readPage(this.#request, this.#range, scanner, context);
    if (this.#last !== null) this.#learn(this.#last);
    this.#moveOn(end);
    this.#range.tally.merge(this.#tally);
    // One key says nothing about how densely keys lie.
    if (this.#first !== null && this.#last !== null && this.#first !== this.#last) {
      this.#ranges.sample(
        this.#range,
        this.#first,
        this.#last,
        this.#learned.map(({ key, at }) => ({ key, share: (this.#keys - at) / this.#keys })),
      );
      if (end.truncated) this.#ranges.subfolders.see(this.#first, this.#last);
    }
    this.#skipNeighbours(end);
    return this.#first !== null;
  }

  get #isOfVersions(): boolean {
    return this.#request.what === 'versions';
  }

  #take(entries: Entries): void {
    const [first, last] = [entries.key(0), entries.key(entries.count - 1)];
    this.#check(first, last);
    this.#tally.count(entries, this.#limit(last), this.#request.rules);
    this.#first ??= first;
    this.#last = last;
    this.#look(entries, last);
  }

  /**
   * That the entries are those asked for. A server that ignores `start-after` or `prefix`, or lists in another order
   * (directory buckets do), would be counted wrongly without a word.
   *
   * After `b`, a page of `a`, `b`, `c` or of `d`, `c` is refused; with the prefix `x/` a page of `x/1`, `y`.
   */
  #check(first: string, last: string): void {
    const { prefix } = this.#request.rules;
    const goesOn = this.#isOfVersions
      ? compareKeys(first, this.#after) >= 0
      : compareKeys(first, this.#last ?? this.#after) > 0;
    const isOrdered = this.#isOfVersions || compareKeys(first, last) <= 0;
    if (!goesOn || !isOrdered || !first.startsWith(prefix) || !last.startsWith(prefix)) throw notAskedFor();
  }

  /** The key up to which entries count, or `null` when all of them do: their order spares a look at each. */
  #limit(last: string): string | null {
    const { upto } = this.#range;
    if (upto === null || this.#isOfVersions) return upto;
    return compareKeys(last, upto) <= 0 ? null : upto;
  }

  /** Learns the alphabet, and how far the page has come: nothing is split off below that. */
  #look(entries: Entries, last: string): void {
    let next = this.#untilLearned;
    for (; next < entries.count; next += LEARNED_STEP) {
      const key = entries.key(next);
      this.#learn(key);
      this.#learned.push({ key, at: this.#keys + next });
    }
    this.#keys += entries.count;
    this.#untilLearned = next - entries.count;
    if (compareKeys(last, this.#range.seen) > 0) this.#range.seen = last;
    if (!this.#isOfVersions) return;
    // Some servers give versions before delete markers, so that the last entry need not have the highest key.
    for (let i = 0; i < entries.count; i++) {
      const key = entries.key(i);
      if (compareKeys(key, this.#range.seen) > 0) this.#range.seen = key;
    }
  }

  #learn(key: string): void {
    this.#ranges.learn(key, sharedLength(this.#first ?? '', key) + MAX_LEARNED);
  }

  /** @throws UpstreamFailedError `invalid-answer` when the page does not say how to go on, or goes on where it was */
  #moveOn(end: PageEnd): void {
    const range = this.#range;
    // Not `range.seen`: a try of this page that broke off may have come further, before keys were written in between.
    const next = this.#isOfVersions ? end.next_key : (this.#last ?? range.after);
    if (end.truncated && this.#isStuck(end)) throw notAskedFor();
    const passed = range.upto === null || next === null ? -1 : compareKeys(next, range.upto);
    range.done = !end.truncated || passed > 0 || (passed === 0 && end.next_version === null);
    if (range.done || next === null) return;
    range.after = next;
    range.version = end.next_version;
    range.token = this.#first === null ? end.continuation_token : null;
  }

  #isStuck({ next_key, next_version, continuation_token }: PageEnd): boolean {
    const { after, version, token } = this.#range;
    if (!this.#isOfVersions) {
      return this.#first === null && (continuation_token === null || continuation_token === token);
    }
    const order = next_key === null ? -1 : compareKeys(next_key, after);
    return order < 0 || (order === 0 && next_version === version);
  }

  /** A page shows that nothing lies before its first key, and the last page that nothing follows: no need to ask. */
  #skipNeighbours(end: PageEnd): void {
    if (this.#isOfVersions) return;
    if (this.#first !== null) this.#ranges.markEmpty(this.#after, this.#first);
    if (!end.truncated) this.#ranges.markEmpty(this.#last ?? this.#after, null);
  }
}

function notAskedFor(): UpstreamFailedError {
  return new UpstreamFailedError('s3', 'invalid-answer');
}
