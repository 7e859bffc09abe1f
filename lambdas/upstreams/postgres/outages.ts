/**
 * Databases that did not answer lately: a circuit breaker, so that not every caller pays for the connection attempt.
 *
 * Worked example, with a server whose packets vanish. 0.0 s: a request tries to connect. 3.0 s: it gives up, and the
 * outage is known; requests that waited behind it are answered 503 at once. 3.0 to 8.0 s: every request is. 8.1 s: the
 * next request is the probe and tries to connect; while it does, the others are still answered at once. 11.1 s: it
 * failed, and the outage lasts until 16.1 s; or 8.2 s: it is connected, and the outage is over for everybody.
 *
 * Source: Azure Architecture Center, "Circuit Breaker pattern" (open, half-open with a limited number of trials, closed).
 */
import { DatabaseUnavailableError } from '../../errors.ts';

/** How long a failure is remembered: the `Retry-After` of `database-unavailable`. */
export const PAUSE_MS = 5_000;
/** A refusal that came sooner cost nobody anything. It is not remembered, so a server that is back is found at once. */
const MIN_COSTLY_MS = 1_000;

interface Outage {
  /** Milliseconds since the epoch at which a probe is due. */
  until: number;
  isProbed: boolean;
}

/** The outages that one function instance knows of. Each admitted probe must be ended by {@link leave}. */
export class Outages {
  /** By database. Not bounded here: the configuration names all that there can be. */
  readonly #known = new Map<string, Outage>();

  /**
   * Admits a request unless the database is known to be away. After the pause the first one is admitted as the probe.
   *
   * @returns true for the probe: it calls {@link leave} when it is done, whatever came of it
   * @throws DatabaseUnavailableError `unreachable`
   */
  admit(database: string, server: string): boolean {
    const outage = this.#known.get(database);
    if (outage === undefined) return false;
    if (outage.isProbed || Date.now() < outage.until) {
      throw new DatabaseUnavailableError(server, 'unreachable', null, { cause: { code: 'KNOWN_OUTAGE' } });
    }
    outage.isProbed = true;
    return true;
  }

  /** The probe is done. Unless it reported what it saw, the next request is a probe again. */
  leave(database: string): void {
    const outage = this.#known.get(database);
    if (outage !== undefined) outage.isProbed = false;
  }

  /**
   * Opens a connection and remembers how that went.
   *
   * @throws whatever `open` throws; only an `unreachable` that took its time is remembered
   */
  async watch<T>(database: string, open: () => Promise<T>): Promise<T> {
    const started = Date.now();
    try {
      const connection = await open();
      this.#known.delete(database);
      return connection;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      // Whatever else it answered, it is there.
      if (error.reason !== 'unreachable') this.#known.delete(database);
      else if (Date.now() - started >= MIN_COSTLY_MS) {
        this.#known.set(database, { until: Date.now() + PAUSE_MS, isProbed: false });
      }
      throw error;
    }
  }
}
