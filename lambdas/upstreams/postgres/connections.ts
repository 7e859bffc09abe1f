/**
 * The connections that an instance keeps: at most one for each database, a maximum in all. Where one more is needed, the
 * longest unused is closed. Worked example with a maximum of 2: `shop`, `crm`, `shop` are asked, then `portal`: `crm` is
 * closed, and `shop` and `portal` are kept.
 */
import type { Context, Deadline } from '../../context.ts';
import type { Database } from '../../environment-settings.ts';
import { DatabaseUnavailableError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import { Outages, type Verdict } from '../outages.ts';
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

/** A refusal that came sooner cost nobody anything. */
const MIN_COSTLY_MS = 1_000;

/** TCP, TLS and the login take longer: with less time left, a connection would be opened for nothing. */
const MIN_CONNECT_MS = 20;

/** Whatever else than `unreachable` it answered, it is there. */
function judge(error: unknown): Verdict {
  if (!(error instanceof DatabaseUnavailableError)) return 'unknown';
  return error.reason === 'unreachable' ? 'out' : 'there';
}

function knownOutage(server: string): DatabaseUnavailableError {
  return new DatabaseUnavailableError(server, 'unreachable', null, { cause: { code: 'KNOWN_OUTAGE' } });
}

/** One for the whole instance: its maximum is what `limits.database_connections` is divided by. */
export class Connections {
  readonly #places = new Map<string, Place>();
  readonly #outages = new Outages(judge, MIN_COSTLY_MS);
  #waiting: (() => void)[] = [];

  /**
   * Runs `work` with the database's session, after the work that came before it. `isNew` is true when the session has
   * not been prepared for this request yet.
   *
   * @param maximum connections in all, 1 or more
   * @throws DatabaseUnavailableError at once while the database is known to be away; UpstreamTimeoutError when no
   *   connection became free before the deadline; whatever connecting and `work` throw
   */
  async use<T>(
    database: Database,
    maximum: number,
    context: Context,
    work: (session: Session, isNew: boolean) => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([database.reader, database.host, database.port, database.name, database.user]);
    const refusal = () => knownOutage(database.server);
    let isProbe = this.#outages.admit(key, refusal);
    try {
      const place = await this.#place(key, database.server, maximum, context.deadline);
      return await this.#inTurn(place, async () => {
        if (place.session === null || place.session.broken) {
          // The work before this one may have used up the time and the session.
          if (context.deadline.remaining() < MIN_CONNECT_MS) throw new UpstreamTimeoutError(database.server);
          // The request before this one may have found out while this one waited for its turn.
          isProbe ||= this.#outages.admit(key, refusal);
          place.preparedFor = null;
          place.session = await this.#outages.watch(key, () => Session.open(database, context));
        }
        place.session.wake();
        const result = await work(place.session, place.preparedFor !== context);
        place.preparedFor = context;
        return result;
      });
    } finally {
      if (isProbe) this.#outages.leave(key);
    }
  }

  /** Runs `work` after the work that holds the place, and gives the place back. */
  async #inTurn<T>(place: Place, work: () => Promise<T>): Promise<T> {
    const before = place.turn;
    const { promise: turn, resolve: done } = Promise.withResolvers<void>();
    place.turn = turn;
    await before;
    try {
      return await work();
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

  /** The database's place, taken for one more user. @throws UpstreamTimeoutError */
  async #place(key: string, server: string, maximum: number, deadline: Deadline): Promise<Place> {
    for (;;) {
      const place = this.#places.get(key) ?? this.#newPlace(maximum);
      if (place !== null) {
        place.users += 1;
        this.#places.delete(key);
        this.#places.set(key, place);
        return place;
      }
      await this.#untilPlaceIsFree(server, deadline);
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

  /** Resolves when some place has no user any more. @throws UpstreamTimeoutError at the deadline */
  async #untilPlaceIsFree(server: string, deadline: Deadline): Promise<void> {
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
