/** A part of a listing's key space that is asked for page by page. */
import type { Tally } from './tally.ts';

/** Keys above `after`, up to and with `upto`, of which one page at a time is asked for. */
export interface Range {
  /** The last key counted; the range goes on after it. */
  after: string;
  /** In a listing of versions: the version of `after` counted last; `null`: all of them. */
  version: string | null;
  /** Where S3 gave a page without keys: how to go on. */
  token: string | null;
  /** Last key that belongs to the range; `null`: to the end. */
  upto: string | null;
  /** Highest key seen, also in a page that is still arriving. */
  seen: string;
  /**
   * First and last key of the newest page here, or of the neighbour that this was split off: how dense keys lie. Of a
   * page's end alone, the share of its keys; else 1.
   */
  sample: readonly [first: string, last: string, pages: number] | null;
  /** What the keys of the sample share, up to the last sign: how the keys within lie is known best. */
  folder: string;
  /** Sent ahead to where nothing is known yet, until it has a page of its own. */
  isGuess: boolean;
  readonly tally: Tally;
  /** Whether nothing of it is left to count. */
  done: boolean;
}

/** A key of a page, and the share of the page's keys that lie from it on. */
export interface PagePoint {
  key: string;
  share: number;
}

/** A range of which nothing is counted and nothing known yet. */
export function newRange(after: string, version: string | null, upto: string | null, tally: Tally): Range {
  const unknown = { sample: null, folder: '', isGuess: false };
  return { after, version, token: null, upto, seen: after, ...unknown, tally, done: false };
}
