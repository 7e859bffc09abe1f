/**
 * Folders as a listing sees them: what keys share up to any sign, not only up to a slash. `2026-01-` is one, `größe ` is
 * one, and the whole listing is one that has no end of its own.
 */
import { sharedLength } from '../object-key.ts';
import { wordClassOf } from './place.ts';

/** The folders of one listing, none of them above `root`, its prefix. */
export class Folders {
  readonly #rootLength: number;

  constructor(root: string) {
    this.#rootLength = root.length;
  }

  /**
   * The folder that both keys lie in: what they share up to its last sign. `2026/01/05/0012…` and `2026/01/07/a3f1…`
   * lie in `2026/01/`. With the prefix of the listing alone: in none of their own. Where they part at a sign, it is the
   * last one's own: `📦/` of `📦 f227…` and `📦/00cc…`.
   */
  folderOf(first: string, last: string): string {
    const shared = sharedLength(first, last);
    const isSign = (key: string) => shared < key.length && wordClassOf(key.charCodeAt(shared)) === 0;
    if (shared > this.#rootLength && isSign(first) && isSign(last)) return last.slice(0, shared + 1);
    return first.slice(0, this.#signBefore(first, shared));
  }

  /** The folder around it. */
  parentOf(folder: string): string {
    return folder.slice(0, this.#signBefore(folder, folder.length - 1));
  }

  #signBefore(key: string, from: number): number {
    let end = from;
    while (end > this.#rootLength && wordClassOf(key.charCodeAt(end - 1)) !== 0) end--;
    return Math.max(end, this.#rootLength);
  }

  /** Above all keys of the folder and below all others: `2026/010` for `2026/01/`, as 0 follows the slash. `null`: of no folder. */
  endOf(folder: string): string | null {
    if (folder.length <= this.#rootLength) return null;
    return folder.slice(0, -1) + String.fromCharCode(folder.charCodeAt(folder.length - 1) + 1);
  }
}
