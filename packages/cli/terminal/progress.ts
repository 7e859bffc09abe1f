/** One line on standard error that says how a long listing gets on; in a terminal only. */
import type { WriteStream } from 'node:tty';
import { grouped } from './cells.ts';
import { cut } from './table.ts';

/** Five times a second is seen as steady and costs nothing. */
const MIN_INTERVAL_MS = 200;
/** What is over at once needs no line. */
const MIN_RUN_MS = 500;

/** Where lines for people go, and how wide it is. */
export type Screen = Pick<WriteStream, 'write'> & { isTTY?: boolean; columns?: number };

/** From the first row to the last. Does nothing where standard error is no terminal. */
export class Progress {
  readonly #screen: Screen;
  readonly #noun: string;
  readonly #started = performance.now();
  #shown = 0;
  #count = 0;
  #before = 0;
  /** Rows that there will be, as far as the API knows; `null`: not known. */
  total: number | null = null;

  /** @param noun what is counted: `users` */
  constructor(screen: Screen, noun: string, enabled: boolean) {
    this.#screen = enabled && screen.isTTY ? screen : { write: () => true };
    this.#noun = noun;
  }

  /** @param count of rows that an earlier run left: they are there and cost no time now */
  goOnFrom(count: number): void {
    this.#before = count;
    this.#count = count;
  }

  add(count: number): void {
    this.#count += count;
    this.#show(performance.now());
  }

  /** Why nothing moves: a wait before another try. Stays until more comes. */
  note(text: string): void {
    this.#line(text);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown > 0) this.#screen.write('\r\x1b[2K');
    this.#shown = 0;
  }

  #show(now: number): void {
    if (now - this.#started < MIN_RUN_MS || now - this.#shown < MIN_INTERVAL_MS) return;
    this.#line(progressText(this.#noun, this.#count, this.#before, (now - this.#started) / 1000, this.total));
  }

  #line(text: string): void {
    this.#shown = performance.now();
    this.#screen.write(`\r\x1b[2K${cut(text, (this.#screen.columns ?? 80) - 1)}`);
  }
}

/**
 * `12,000 of 25,000 users, 4,000/s, 4 s left`: 12,000 are there after 3 s, so the 13,000 that are missing take 3.25 s.
 *
 * @param before rows that took no time of this run
 * @param total `null`: not known, so neither it nor a time left is said
 */
export function progressText(
  noun: string,
  count: number,
  before: number,
  seconds: number,
  total: number | null,
): string {
  const rate = (count - before) / seconds;
  const left = total === null || total < count || rate === 0 ? null : (total - count) / rate;
  const of = left === null ? '' : ` of ${grouped(total as number)}`;
  return `${grouped(count)}${of} ${noun}, ${grouped(Math.round(rate))}/s${left === null ? '' : `, ${duration(left)} left`}`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 100 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
