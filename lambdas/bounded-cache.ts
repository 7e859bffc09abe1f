/**
 * What a warm function keeps from request to request. Each such memory has a bound: an instance lives for hours, and
 * its keys come from callers.
 */

/**
 * Values by text key, at most `max` of them. When one too many is set, the one that was not used for the longest time
 * goes: with `max` 2, after `set a`, `set b`, `get a`, `set c` it holds `a` and `c`.
 */
export class BoundedCache<Value> {
  readonly #max: number;
  /** In the order of use, the latest last: a Map keeps the order in which keys were added. */
  readonly #entries = new Map<string, { value: Value; until: number }>();

  /** @param max values at most; 1 or more */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, unless there is none or its time is over. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.until <= Date.now()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** @param until milliseconds since the epoch; from then on the value is not there. Without it, it stays. */
  set(key: string, value: Value, until = Number.POSITIVE_INFINITY): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#max && oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
