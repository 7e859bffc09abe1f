/**
 * What a function shows an Airflow to come in: one for all requests to it, kept in memory for as long as the instance is
 * warm, and renewed by one request while the others wait. It is in no log, no answer and no error.
 */
/** A way in. */
export interface Session {
  /** Where the web server is, with its prefix and without a slash at the end. */
  address: string;
  /** Headers that let a request in. */
  headers: Record<string, string>;
}

/** How long a renewal because of a 403 is not repeated: one that comes again is about rights, which no renewal mends. */
const MIN_BETWEEN_FORBIDDEN_MS = 60_000;

/**
 * One session, opened when it is first needed.
 *
 * Worked example: four requests are under way when the session ends. All four are answered 401. The first calls `renew`
 * and opens a new one; the second and third come while it does, and wait for it; the fourth comes later and is given the
 * new one at once, as the one that it was refused with is no longer the present one. One login in all.
 */
export class SharedSession {
  #current: Session | null = null;
  #opening: Promise<Session> | null = null;
  #forbiddenAt = Number.NEGATIVE_INFINITY;

  /**
   * The present session, or a new one.
   *
   * @param open makes a session; a failure is not kept, the next request tries again
   * @throws whatever opening throws
   */
  async get(open: () => Promise<Session>): Promise<Session> {
    return this.#current ?? this.#opened(open);
  }

  /**
   * A session in place of one that was refused.
   *
   * @param refused the one that the refused request used
   * @throws whatever opening throws
   */
  async renew(refused: Session, open: () => Promise<Session>): Promise<Session> {
    if (this.#current === refused) this.#current = null;
    return this.get(open);
  }

  /**
   * Whether a 403 is worth a renewal: on Airflow 3 it may be about the token, and after a first login about a user that is
   * only being made. At most one a minute.
   *
   * @param refused the session that the refused request used
   */
  mayBeStale(refused: Session): boolean {
    if (this.#current !== refused) return true;
    if (performance.now() - this.#forbiddenAt < MIN_BETWEEN_FORBIDDEN_MS) return false;
    this.#forbiddenAt = performance.now();
    return true;
  }

  #opened(open: () => Promise<Session>): Promise<Session> {
    this.#opening ??= open()
      .then((session) => {
        this.#current = session;
        return session;
      })
      .finally(() => {
        this.#opening = null;
      });
    return this.#opening;
  }
}
