/** One file of the key bucket, kept in memory: read anew when it is due, and refused when it is too old to be true. */
import type { Context } from '../context.ts';
import { KeysUnavailableError } from '../upstream-errors.ts';

/** Reads an object of the key bucket. Throws whatever S3 has against it. */
export type ReadKeyObject = (key: string, context: Context) => Promise<{ body: Buffer; last_modified: Date }>;

/** A copy in memory is read again after this long, so that a withdrawn key dies within the hour. */
const DEFAULT_RELOAD_AFTER_MS = 3_600_000;
/** What an unknown key id may cost: one read a minute, however many tokens name one. */
const RETRY_AFTER_MS = 60_000;

interface Copy<T> {
  value: T;
  /** When it was read, in milliseconds since the epoch. */
  readAt: number;
  /** When the publisher wrote it. */
  writtenAt: number;
}

export interface KeyFileOptions<T> {
  /** The object's key in the bucket. */
  key: string;
  read: ReadKeyObject;
  /** @throws whatever makes the text no good; the copy before it then serves on */
  parse: (text: string) => T;
  /** Milliseconds since its writing after which it is believed no more. `Infinity`: it is not written on a schedule. */
  maxAgeMs: number;
  /** Milliseconds after which a copy is read again. Default: an hour. */
  reloadAfterMs?: number;
}

/** One object of the key bucket in memory: read anew when it is due, and sooner when it lacks what is asked for. */
export class KeyFile<T> {
  readonly #options: KeyFileOptions<T>;
  #copy: Copy<T> | null = null;
  #triedAt = Number.NEGATIVE_INFINITY;
  /** The read under way, if any: whoever asks meanwhile waits for it. */
  #loading: Promise<void> | null = null;

  constructor(options: KeyFileOptions<T>) {
    this.#options = options;
  }

  /**
   * The newest copy that is good.
   *
   * @param satisfies asks for a reload when the copy lacks something, once a minute at most
   * @throws KeysUnavailableError without a copy, or with one that is too old
   */
  async get(context: Context, satisfies: (value: T) => boolean = () => true): Promise<T> {
    const now = Date.now();
    const copy = this.#copy;
    const { reloadAfterMs = DEFAULT_RELOAD_AFTER_MS } = this.#options;
    const isDue = copy === null || now - copy.readAt >= reloadAfterMs || !satisfies(copy.value);
    // Without a copy every request may try: a cold function must come up as soon as the keys are back.
    if (isDue && (copy === null || now - this.#triedAt >= RETRY_AFTER_MS)) {
      this.#triedAt = now;
      this.#loading ??= this.#load(context).finally(() => {
        this.#loading = null;
      });
    }
    await this.#loading;
    if (this.#copy === null || Date.now() - this.#copy.writtenAt > this.#options.maxAgeMs) {
      throw new KeysUnavailableError();
    }
    return this.#copy.value;
  }

  async #load(context: Context): Promise<void> {
    const { key, read, parse } = this.#options;
    try {
      const { body, last_modified } = await read(key, context);
      this.#copy = { value: parse(body.toString('utf8')), readAt: Date.now(), writtenAt: last_modified.getTime() };
    } catch (cause) {
      // A good copy serves on until it is too old; without one, nobody can be let in.
      if (this.#copy === null) throw new KeysUnavailableError('keys unavailable', { cause });
    }
  }
}
