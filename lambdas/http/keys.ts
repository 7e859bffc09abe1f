/**
 * The keys that the publisher writes: Cognito's public keys and our own signing keys. An isolated function cannot
 * reach Cognito (PrivateLink refuses a pool that has a domain), so both come from the key bucket.
 */
import { assertIsJwks, type Jwks } from 'aws-jwt-verify/jwk';
import type { Context } from '../context.ts';
import { KEY_OBJECTS } from '../contract.ts';
import { KeyFile, type ReadKeyObject } from '../keys/file.ts';
import { type KeyObject, parseKeyObject } from '../keys/object.ts';

/**
 * Cognito's keys are written every 15 minutes, changed or not, and an alarm goes off after an hour; after a day they are
 * believed no more, so that a silent publisher cannot keep a withdrawn key alive. Our own keys are written when one is
 * rotated, every 30 days: their age says nothing.
 */
const MAX_JWKS_AGE_MS = 24 * 3_600_000;

/** Cognito's public keys and the API's own signing keys, each from its object in the key bucket. */
export class Keys {
  readonly #jwks: KeyFile<Jwks>;
  readonly #own: KeyFile<KeyObject>;

  constructor(read: ReadKeyObject) {
    this.#jwks = new KeyFile({ key: KEY_OBJECTS.jwks, read, parse: parseJwks, maxAgeMs: MAX_JWKS_AGE_MS });
    this.#own = new KeyFile({
      key: KEY_OBJECTS.keys,
      read,
      parse: parseKeyObject,
      maxAgeMs: Number.POSITIVE_INFINITY,
    });
  }

  /**
   * Cognito's public keys; read again when `kid` is not among them, at most once a minute.
   *
   * @throws KeysUnavailableError
   */
  jwks(kid: string, context: Context): Promise<Jwks> {
    return this.#jwks.get(context, (jwks) => jwks.keys.some((key) => key.kid === kid));
  }

  /**
   * Our own keys.
   *
   * @param cursorVersion a cursor key that a client's cursor names: read again when it is not among them
   * @throws KeysUnavailableError
   */
  own(context: Context, cursorVersion?: string): Promise<KeyObject> {
    return this.#own.get(
      context,
      ({ cursor: { current, previous } }) =>
        cursorVersion === undefined || current.version === cursorVersion || previous?.version === cursorVersion,
    );
  }
}

function parseJwks(text: string): Jwks {
  const jwks: unknown = JSON.parse(text);
  assertIsJwks(jwks as Jwks);
  return jwks as Jwks;
}
