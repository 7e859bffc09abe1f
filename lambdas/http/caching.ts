/** ETags: over everything that an answer depends on, so that no body is needed to know one. */
import { BoundedCache } from '../bounded-cache.ts';
import { sha256 } from '../hash.ts';

export interface Dependencies {
  route: string;
  /** Path and query as the client sent them. */
  target: string;
  configuration_version: string;
  /** The caller's rights that shape the answer, as text. */
  rights: string;
  /** Media type and coding. */
  representation: string;
}

/** All that an answer depends on but its data's time. */
export function dependencyKey(dependencies: Dependencies): string {
  return sha256(JSON.stringify(dependencies));
}

/** Characters of an ETag: 162 bits are more than enough to tell answers apart. */
const ETAG_LENGTH = 27;

/** The ETag of the answer with these dependencies that is true for `state`, with its quotes. */
export function etagOf(key: string, state: string | null): string {
  return `"${sha256(`${key} ${state ?? ''}`).slice(0, ETAG_LENGTH)}"`;
}

/** RFC 9110, 13.1.2: weak comparison, a list, or `*`. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((candidate) => {
    const tag = candidate.trim();
    return tag === '*' || tag === etag || tag === `W/${etag}`;
  });
}

/** Answers whose ETags an instance keeps; each is some 200 bytes. */
export const MAX_KNOWN_ANSWERS = 500;

/** ETags that hold until newer data may exist, by dependency key. */
export class KnownAnswers {
  readonly #known = new BoundedCache<{ etag: string; max_age: number }>(MAX_KNOWN_ANSWERS);

  /** @param answer its `fresh_until` is the time until which no newer data can exist; without one nothing is kept */
  remember(key: string, etag: string, answer: { max_age: number; fresh_until?: string }): void {
    if (answer.fresh_until === undefined) return;
    this.#known.set(key, { etag, max_age: answer.max_age }, Date.parse(answer.fresh_until));
  }

  /** The ETag that the answer still has, or `null` when only the domain can tell. */
  etag(key: string): { etag: string; max_age: number } | null {
    return this.#known.get(key) ?? null;
  }
}
