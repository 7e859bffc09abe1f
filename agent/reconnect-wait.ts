/**
 * How long an agent waits before it connects again. The wait doubles with each try that fails and with each connection that was
 * short, and is drawn anew each time, so that a hundred agents do not come at once.
 *
 * Two processes with one name throw each other out (MQTT 3.1.1, 3.1.4-2: "the Server MUST disconnect the existing Client"): each of
 * their tries succeeds, so that only the shortness of the connections says what happens. For two of them: A is thrown out after a
 * day, and is back after 1 s; B, thrown out by that, waits 1 s, A 1 s, B 2 s, A 2 s, … up to 30 s, where it stays.
 */

/** IoT Core takes one CONNECT a second from a client id (its quotas); the first wait comes after a connection that lasted. */
const MIN_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
/**
 * A connection that held for so long was sound. Longer than the longest wait, of 45 s: one that ends because another process comes
 * back after its own wait is then a short one.
 */
const MIN_SOUND_MS = 60_000;
/** A network that breaks twice in a minute is seldom; three times, and somebody should look. */
const MIN_SHORT_TO_TELL = 3;

export interface WaitLimits {
  /** The first wait; tests shorten it. */
  minWaitMs?: number;
  /** From when on a connection was sound; tests shorten it. */
  minSoundMs?: number;
}

/** The waits of one agent. */
export class ReconnectWait {
  readonly #minWaitMs: number;
  readonly #minSoundMs: number;
  #failures = 0;
  #short = 0;

  constructor({ minWaitMs = MIN_WAIT_MS, minSoundMs = MIN_SOUND_MS }: WaitLimits = {}) {
    this.#minWaitMs = minWaitMs;
    this.#minSoundMs = minSoundMs;
  }

  /** Milliseconds to wait after a try that made no connection. */
  afterFailure(): number {
    this.#failures += 1;
    return this.#next();
  }

  /** Milliseconds to wait after a connection that has ended by itself. @param lastedMs how long it held */
  afterConnection(lastedMs: number): number {
    this.#failures = 0;
    this.#short = lastedMs >= this.#minSoundMs ? 0 : this.#short + 1;
    return this.#next();
  }

  /** What the connections' shortness says; `null` as long as it says nothing. */
  get hint(): string | null {
    if (this.#short < MIN_SHORT_TO_TELL) return null;
    return (
      `${this.#short} connections in a row ended within a minute: most likely another process connects as this agent, ` +
      'with its name and certificate, and the two throw each other out; run one of them only'
    );
  }

  /** Half to one and a half of what the count of bad ends gives: 1 s, 1 s, 2 s, 4 s, … 30 s. */
  #next(): number {
    const doublings = Math.max(0, this.#failures + this.#short - 1);
    const wait = Math.min(MAX_WAIT_MS, this.#minWaitMs * 2 ** doublings);
    return Math.round(wait / 2 + Math.random() * wait);
  }
}
