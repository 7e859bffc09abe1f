/** The Regional API's public keys for tokens, as it publishes them; the agent needs nothing else of the API's address. */
import type { KeyObject } from 'node:crypto';
import { KEY_USES, verifyingKeys } from '../lambdas/keys/public.ts';

/** A withdrawn key dies within the hour. */
const RELOAD_AFTER_MS = 3_600_000;
/** What an unknown key id may cost: one look a minute, however many tokens name one. */
const RETRY_AFTER_MS = 60_000;
/** Keys that could not be renewed for a day are believed no more. */
const MAX_AGE_MS = 86_400_000;
const FETCH_MS = 5_000;
const MAX_BYTES = 100_000;

/** Gives the text of a JWK Set. @throws Error */
export type ReadKeys = () => Promise<string>;

/** From an address; https, or this machine. @throws Error naming what is wrong with the answer */
export function keysAt(url: string): ReadKeys {
  return async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS), redirect: 'error' });
    if (!response.ok) throw new Error(`the keys' address answers ${response.status}`);
    const text = await response.text();
    if (text.length > MAX_BYTES) throw new Error('the keys are too many');
    return text;
  };
}

/** The time there, by the header `date` of the same answer, which every gateway sends. @throws Error */
export async function clockAt(url: string): Promise<Date> {
  const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(FETCH_MS), redirect: 'error' });
  const date = new Date(response.headers.get('date') ?? '');
  if (Number.isNaN(date.getTime())) throw new Error(`${url} does not say what time it is`);
  return date;
}

/** Kept in memory, and looked for again when they are due or one is asked for that is not there. */
export class PublicKeys {
  readonly #read: ReadKeys;
  readonly #now: () => number;
  #keys: ReadonlyMap<string, KeyObject> = new Map();
  #readAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(read: ReadKeys, now: () => number = Date.now) {
    this.#read = read;
    this.#now = now;
  }

  /** @throws Error without keys that are young enough */
  async byId(kid: string): Promise<ReadonlyMap<string, KeyObject>> {
    const now = this.#now();
    const isDue = now - this.#readAt >= RELOAD_AFTER_MS || !this.#keys.has(kid);
    const mayTry = now - this.#triedAt >= RETRY_AFTER_MS || this.#keys.size === 0;
    if (isDue && mayTry) await this.#load(now);
    if (now - this.#readAt > MAX_AGE_MS) throw new Error('the keys for tokens are too old');
    return this.#keys;
  }

  async #load(now: number): Promise<void> {
    this.#triedAt = now;
    try {
      this.#keys = verifyingKeys(await this.#read(), KEY_USES.tokens);
      this.#readAt = now;
    } catch (error) {
      // Good keys serve on until they are too old.
      if (this.#keys.size === 0) throw error;
    }
  }
}
