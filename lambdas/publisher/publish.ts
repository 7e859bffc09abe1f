/** One run of the publisher: Cognito's public keys and the signing keys into the key bucket. */
import { KEY_OBJECTS } from '../contract.ts';
import { parseKeyObject } from '../key-object.ts';
import { fetchJwks } from './jwks.ts';
import type { KeyStore } from './key-store.ts';
import { firstKeys, rotated } from './signing-keys.ts';

export interface PublishOptions {
  store: Pick<KeyStore, 'read' | 'writeNew' | 'replace' | 'write'>;
  /** Cognito's address in the pool's Region. */
  cognito: URL;
  userPoolId: string;
  now: Date;
  signal: AbortSignal;
}

export interface Published {
  /** Seconds since the keys found were published; 0 on the very first run. */
  age_s: number;
  /** Of Cognito's keys. */
  key_ids: string[];
  signing_keys: 'made' | 'rotated' | 'unchanged';
}

/**
 * Both objects are independent: where one fails the other is still brought up to date, then the failure is thrown.
 *
 * @throws Error with a reason that holds no key.
 */
export async function publish(options: PublishOptions): Promise<Published> {
  const [jwks, signing] = await Promise.allSettled([publishJwks(options), publishSigningKeys(options)]);
  if (jwks.status === 'rejected') throw jwks.reason;
  if (signing.status === 'rejected') throw signing.reason;
  return { ...jwks.value, signing_keys: signing.value };
}

async function publishJwks({ store, cognito, userPoolId, now, signal }: PublishOptions) {
  const before = await store.read(KEY_OBJECTS.jwks, signal);
  const jwks = await fetchJwks(cognito, userPoolId, signal);
  await store.write(KEY_OBJECTS.jwks, JSON.stringify(jwks), signal);
  const age = before === null ? 0 : (now.getTime() - before.last_modified.getTime()) / 1000;
  return { age_s: Math.max(0, Math.round(age)), key_ids: jwks.keys.map(({ kid }) => kid) };
}

/** Conditional writes only: of two publishers at once one writes, and the other leaves what it wrote. */
async function publishSigningKeys({ store, now, signal }: PublishOptions): Promise<Published['signing_keys']> {
  const stored = await store.read(KEY_OBJECTS.keys, signal);
  if (stored === null) {
    const made = await store.writeNew(KEY_OBJECTS.keys, JSON.stringify(firstKeys(now)), signal);
    return made ? 'made' : 'unchanged';
  }
  const next = rotated(parseKeyObject(stored.text), now);
  if (next === null) return 'unchanged';
  const replaced = await store.replace(KEY_OBJECTS.keys, JSON.stringify(next), stored.etag, signal);
  return replaced ? 'rotated' : 'unchanged';
}
