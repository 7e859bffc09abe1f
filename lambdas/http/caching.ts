/** ETags: over everything that an answer depends on, so that no body is needed to know one. */
import { createHash } from 'node:crypto';

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
  return createHash('sha256').update(JSON.stringify(dependencies)).digest('base64url');
}

/** The ETag of the answer with these dependencies that is true for `as_of`, with its quotes. */
export function etagOf(key: string, as_of: string | null): string {
  return `"${createHash('sha256')
    .update(`${key} ${as_of ?? ''}`)
    .digest('base64url')
    .slice(0, 27)}"`;
}

/** RFC 9110, 13.1.2: weak comparison, a list, or `*`. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((candidate) => {
    const tag = candidate.trim();
    return tag === '*' || tag === etag || tag === `W/${etag}`;
  });
}

/** ETags that hold until newer data may exist, by dependency key. Bounded: the oldest entries go first. */
export class KnownAnswers {
  readonly #known = new Map<string, { etag: string; max_age: number; fresh_until: number }>();
  readonly #most = 500;

  remember(key: string, etag: string, answer: { max_age: number; fresh_until?: string }): void {
    this.#known.delete(key);
    this.#known.set(key, { etag, max_age: answer.max_age, fresh_until: Date.parse(answer.fresh_until ?? '') });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#most) break;
      this.#known.delete(oldest);
    }
  }

  /** The ETag that the answer still has, or `null` when only the domain can tell. */
  etag(key: string): { etag: string; max_age: number } | null {
    const known = this.#known.get(key);
    return known !== undefined && known.fresh_until > Date.now() ? known : null;
  }
}
