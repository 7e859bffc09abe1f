/** One run of the publisher: Cognito's public keys and the signing keys into the key bucket. */
import { KEY_OBJECTS } from '../contract.ts';
import { parseKeyObject } from '../key-object.ts';
import type { Content, WritableBucket } from '../upstreams/s3/writable-bucket.ts';
import { fetchJwks } from './jwks.ts';
import { firstKeys, rotated } from './signing-keys.ts';

export interface PublishOptions {
  /** The key bucket. */
  store: Pick<WritableBucket, 'read' | 'writeNew' | 'replace' | 'write'>;
  /** Cognito's address in the pool's Region. */
  cognito: URL;
  userPoolId: string;
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
}

/**
 * Publishes both. They are independent: where one fails the other is still brought up to date, then the failure is thrown.
 *
 * @throws Error with a reason that holds no key.
 */
export async function publish(options: PublishOptions): Promise<Published> {
  const [jwks, signing] = await Promise.allSettled([publishJwks(options), publishSigningKeys(options)]);
  if (jwks.status === 'rejected') throw jwks.reason;
  if (signing.status === 'rejected') throw signing.reason;
  return { ...jwks.value, signingKeys: signing.value };
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
