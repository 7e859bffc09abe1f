/**
 * The keys that the publisher writes: Cognito's public keys and our own signing keys. An isolated function cannot
 * reach Cognito (PrivateLink refuses a pool that has a domain), so both come from the key bucket.
 * Kept in memory; what is too old or malformed is refused, so that a silent publisher cannot keep a key alive.
 */
import { assertIsJwks, type Jwks } from 'aws-jwt-verify/jwk';
import type { Context } from '../context.ts';
import { KEY_OBJECTS } from '../contract.ts';
import { KeysUnavailableError } from '../errors.ts';
import { type KeyObject, parseKeyObject } from '../key-object.ts';

export type ReadKeyObject = (key: string, context: Context) => Promise<{ body: Buffer; last_modified: Date }>;

/** A copy in memory is read again after this long, so that a withdrawn key dies within the hour. */
const RELOAD_AFTER_MS = 3_600_000;
/** What an unknown key id may cost: one read a minute, however many tokens name one. */
const RETRY_AFTER_MS = 60_000;
/** The publisher writes every 15 minutes and an alarm goes off after an hour; after a day nobody is let in. */
const STALE_AFTER_MS = 24 * 3_600_000;

class KeyFile<T> {
  #copy: { value: T; readAt: number; lastModified: number } | null = null;
  #triedAt = Number.NEGATIVE_INFINITY;
  /** The read under way, if any: whoever asks meanwhile waits for it. */
  #loading: Promise<void> | null = null;
  readonly #key: string;
  readonly #read: ReadKeyObject;
  readonly #parse: (text: string) => T;

  constructor(key: string, read: ReadKeyObject, parse: (text: string) => T) {
    this.#key = key;
    this.#read = read;
    this.#parse = parse;
  }

  /** The newest copy that is good. `satisfies` asks for a reload when the copy lacks something, once a minute at most. */
  async get(context: Context, satisfies: (value: T) => boolean = () => true): Promise<T> {
    const now = Date.now();
    const copy = this.#copy;
    const due = copy === null || now - copy.readAt >= RELOAD_AFTER_MS || !satisfies(copy.value);
    // Without a copy every request may try: a cold function must come up as soon as the keys are back.
    if (due && (copy === null || now - this.#triedAt >= RETRY_AFTER_MS)) {
      this.#triedAt = now;
      this.#loading ??= this.#load(context).finally(() => {
        this.#loading = null;
      });
    }
    await this.#loading;
    if (this.#copy === null || Date.now() - this.#copy.lastModified > STALE_AFTER_MS) throw new KeysUnavailableError();
    return this.#copy.value;
  }

  async #load(context: Context): Promise<void> {
    try {
      const { body, last_modified } = await this.#read(this.#key, context);
      const value = this.#parse(body.toString('utf8'));
      this.#copy = { value, readAt: Date.now(), lastModified: last_modified.getTime() };
    } catch (cause) {
      // A good copy serves on until it is stale; without one, nobody can be let in.
      if (this.#copy === null) throw new KeysUnavailableError('keys unavailable', { cause });
    }
  }
}

export class Keys {
  readonly #jwks: KeyFile<Jwks>;
  readonly #own: KeyFile<KeyObject>;

  constructor(read: ReadKeyObject) {
    this.#jwks = new KeyFile(KEY_OBJECTS.jwks, read, parseJwks);
    this.#own = new KeyFile(KEY_OBJECTS.keys, read, parseKeyObject);
  }

  /** Cognito's public keys; read again when `kid` is not among them, at most once a minute. @throws KeysUnavailableError */
  jwks(kid: string, context: Context): Promise<Jwks> {
    return this.#jwks.get(context, (jwks) => jwks.keys.some((key) => key.kid === kid));
  }

  /** Our own keys; read again when cursor key `version` is not among them. @throws KeysUnavailableError */
  own(context: Context, version?: string): Promise<KeyObject> {
    return this.#own.get(
      context,
      ({ cursor }) =>
        version === undefined || cursor.current.version === version || cursor.previous?.version === version,
    );
  }
}

function parseJwks(text: string): Jwks {
  const jwks: unknown = JSON.parse(text);
  assertIsJwks(jwks as Jwks);
  return jwks as Jwks;
}
