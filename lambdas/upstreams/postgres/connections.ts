/** The connections that an instance keeps: at most one for each database, a maximum in all, the longest unused goes first. */
import type { Context, Deadline } from '../../context.ts';
import { UpstreamTimeoutError } from '../../errors.ts';
import type { Database } from '../../settings.ts';
import { Session } from './session.ts';

/** One database's place. A Map keeps them in the order of their last use. */
interface Place {
  session: Session | null;
  /** The request that the session was last prepared for. */
  preparedFor: Context | null;
  /** Work that holds the place or waits for it. */
  users: number;
  /** Ends when the work before has ended, whether well or not. */
  turn: Promise<void>;
}

export class Connections {
  readonly #places = new Map<string, Place>();
  #waiting: (() => void)[] = [];

  /**
   * Runs `work` with the database's session, after the work that came before it. `isNew` is true when the session has
   * not been prepared for this request yet.
   * @throws UpstreamTimeoutError when no connection became free before the deadline; whatever `open` and `work` throw
   */
  async use<T>(
    database: Database,
    maximum: number,
    context: Context,
    work: (session: Session, isNew: boolean) => Promise<T>,
  ): Promise<T> {
    const place = await this.#place(database, maximum, context.deadline);
    const before = place.turn;
    const { promise: turn, resolve: done } = Promise.withResolvers<void>();
    place.turn = turn;
    await before;
    try {
      if (place.session === null || place.session.broken) {
        place.preparedFor = null;
        place.session = await Session.open(database, context.deadline);
      }
      place.session.wake();
      const isNew = place.preparedFor !== context;
      const result = await work(place.session, isNew);
      place.preparedFor = context;
      return result;
    } finally {
      place.users -= 1;
      if (place.session?.broken) {
        place.session.close();
        place.session = null;
      }
      if (place.users === 0) {
        place.session?.rest();
        for (const wake of this.#waiting.splice(0)) wake();
      }
      done();
    }
  }

  /** Closes every connection. */
  close(): void {
    for (const place of this.#places.values()) place.session?.close();
    this.#places.clear();
  }

  async #place(database: Database, maximum: number, deadline: Deadline): Promise<Place> {
    const key = JSON.stringify([database.host, database.port, database.name, database.user]);
    for (;;) {
      const place = this.#places.get(key) ?? this.#newPlace(maximum);
      if (place !== null) {
        place.users += 1;
        this.#places.delete(key);
        this.#places.set(key, place);
        return place;
      }
      await this.#someoneDone(database.server, deadline);
    }
  }

  /** A new place if there is room, or can be made by closing the longest unused; `null` if all are at work. */
  #newPlace(maximum: number): Place | null {
    for (const [key, place] of this.#places) {
      if (this.#places.size < maximum) break;
      if (place.users > 0) continue;
      place.session?.close();
      this.#places.delete(key);
    }
    if (this.#places.size >= maximum) return null;
    return { session: null, preparedFor: null, users: 0, turn: Promise.resolve() };
  }

  async #someoneDone(server: string, deadline: Deadline): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new UpstreamTimeoutError(server)), deadline.remaining());
    this.#waiting.push(resolve);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
