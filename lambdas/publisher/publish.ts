/** One run of the publisher: Cognito's public keys and the signing keys into the key bucket. */
import { KEY_OBJECTS, type KeySet } from '../contract.ts';
import { parseKeyObject } from '../keys/object.ts';
import type { Content, WritableBucket } from '../upstreams/s3/writable-bucket.ts';
import { fetchJwks } from './jwks.ts';
import type { KeyPairsPublished } from './publish-key-pairs.ts';
import { firstKeys, rotated } from './signing-keys.ts';

export interface PublishOptions {
  /** The key bucket. */
  store: Pick<WritableBucket, 'read' | 'writeNew' | 'replace' | 'write'>;
  /** Cognito's address in the pool's Region. */
  cognito: URL;
  userPoolId: string;
  /** Sets of key pairs that the stage has use for; none without a trust domain. */
  keySets: readonly KeySet[];
  /** Id of a key pair that has come into wrong hands; `null`: none has. */
  revoked: string | null;
  /** Decides the rotation, and the age of what was published before. */
  now: Date;
  /** Ends every request of the run. */
  signal: AbortSignal;
}

/** What a run did, for its log line. */
export interface Published {
  /** Seconds since Cognito's keys were last published before this run; 0 on the very first. */
  ageSeconds: number;
  /** Ids (`kid`) of Cognito's keys. */
  keyIds: string[];
  signingKeys: 'created' | 'rotated' | 'unchanged';
  /** By set; empty without a trust domain. */
  keyPairs: KeyPairsPublished;
}

/**
 * Publishes all. They are independent: where one fails the others are still brought up to date, then the failure is thrown.
 *
 * @throws Error with a reason that holds no key.
 */
export async function publish(options: PublishOptions): Promise<Published> {
  const [jwks, signing, pairs] = await Promise.allSettled([
    publishJwks(options),
    publishSigningKeys(options),
    keyPairs(options),
  ]);
  if (jwks.status === 'rejected') throw jwks.reason;
  if (signing.status === 'rejected') throw signing.reason;
  if (pairs.status === 'rejected') throw pairs.reason;
  return { ...jwks.value, signingKeys: signing.value, keyPairs: pairs.value };
}

async function keyPairs({ keySets, ...options }: PublishOptions): Promise<KeyPairsPublished> {
  if (process.env['MRT_WITH_TRUST_DOMAIN'] !== 'off' && keySets.length > 0) {
    const { publishKeyPairs } = await import('./publish-key-pairs.ts');
    return publishKeyPairs({ ...options, sets: keySets });
  }
  if (options.revoked !== null) throw new Error('this stage has no key pairs: nothing was withdrawn');
  return {};
}

async function publishJwks({ store, cognito, userPoolId, now, signal }: PublishOptions) {
  const before = await store.read(KEY_OBJECTS.jwks, signal);
  const jwks = await fetchJwks(cognito, userPoolId, signal);
  await store.write(KEY_OBJECTS.jwks, json(jwks), signal);
  const age = before === null ? 0 : (now.getTime() - before.lastModified.getTime()) / 1000;
  return { ageSeconds: Math.max(0, Math.round(age)), keyIds: jwks.keys.map(({ kid }) => kid) };
}

/** Conditional writes only: of two publishers at once one writes, and the other leaves what it wrote. */
async function publishSigningKeys({ store, now, signal }: PublishOptions): Promise<Published['signingKeys']> {
  const stored = await store.read(KEY_OBJECTS.keys, signal);
  if (stored === null) {
    const isWritten = await store.writeNew(KEY_OBJECTS.keys, json(firstKeys(now)), signal);
    return isWritten ? 'created' : 'unchanged';
  }
  const next = rotated(parseKeyObject(stored.body.toString('utf8')), now);
  if (next === null) return 'unchanged';
  const isReplaced = await store.replace(KEY_OBJECTS.keys, json(next), stored.etag, signal);
  return isReplaced ? 'rotated' : 'unchanged';
}

function json(value: unknown): Content {
  return { body: JSON.stringify(value), type: 'application/json' };
}
