/**
 * The key pairs of a stage with a trust domain, and their public halves: made, renewed and withdrawn. Conditional writes only:
 * of two publishers at once one writes, and the next run finds what it wrote.
 */
import { KEY_PAIR_OBJECTS, KEY_SETS, type KeySet } from '../contract.ts';
import { type KeyPairs, parseKeyPairs } from '../keys/pairs.ts';
import { KEY_USES, type PublicKeys, parsePublicKeys } from '../keys/public.ts';
import type { WritableBucket } from '../upstreams/s3/writable-bucket.ts';
import { firstPairs, publicHalves, renewedPairs } from './key-pairs.ts';

/** How often a verifier should look: a key that is withdrawn is believed for as long by those who do. */
const REFRESH_HINT_SECONDS = 3600;

export interface KeyPairsOptions {
  /** The key bucket. */
  store: Pick<WritableBucket, 'read' | 'writeNew' | 'replace'>;
  /** Those that the stage has use for. */
  sets: readonly KeySet[];
  now: Date;
  /** Ends every request of the run. */
  signal: AbortSignal;
  /** Id of a key that has come into wrong hands: it signs no more and is published no more. `null`: none has. */
  revoked: string | null;
}

/** What a run did with each set, for its log line. */
export type KeyPairsPublished = Partial<Record<KeySet, 'created' | 'renewed' | 'unchanged'>>;

/**
 * @throws Error with a reason that holds no key; what is malformed is never written over. Also where a key that was to be
 *   withdrawn is not there, or is there still as another publisher was quicker: an operator must not take it for withdrawn
 */
export async function publishKeyPairs(options: KeyPairsOptions): Promise<KeyPairsPublished> {
  const published: KeyPairsPublished = {};
  const pairs: Partial<Record<KeySet, KeyPairs>> = {};
  let isKnown = options.revoked === null;
  for (const set of options.sets) {
    const { state, current, hadRevoked } = await renewSet(set, options);
    published[set] = state;
    pairs[set] = current;
    isKnown ||= hadRevoked;
  }
  const wasPublished = await publishHalves(pairs, options);
  if (!isKnown && !wasPublished) throw new Error('no key pair has the id that was to be withdrawn');
  return published;
}

/** One set as it is after this run. Who comes second with a write takes what the other wrote. */
async function renewSet(set: KeySet, options: KeyPairsOptions) {
  const { store, now, signal, revoked } = options;
  const key = KEY_PAIR_OBJECTS[set];
  const stored = await store.read(key, signal);
  if (stored === null) {
    const current = firstPairs(now);
    if (await store.writeNew(key, json(current), signal))
      return { state: 'created' as const, current, hadRevoked: false };
    return { state: 'unchanged' as const, current: await theirs(key, options), hadRevoked: false };
  }
  const present = parseKeyPairs(stored.body.toString('utf8'));
  const hadRevoked = has(present, revoked);
  const next = withoutRevoked(present, revoked, now) ?? renewedPairs(present, now);
  if (next === null) return { state: 'unchanged' as const, current: present, hadRevoked };
  if (await store.replace(key, json(next), stored.etag, signal)) {
    return { state: 'renewed' as const, current: next, hadRevoked };
  }
  const current = await theirs(key, options);
  if (has(current, revoked)) throw new Error(NOT_WITHDRAWN);
  return { state: 'unchanged' as const, current, hadRevoked };
}

const NOT_WITHDRAWN = 'the key pair is not withdrawn, as another publisher wrote meanwhile: withdraw it again';

const has = ({ pairs }: KeyPairs, id: string | null) => pairs.some(({ kid }) => kid === id);

/** What another publisher has written meanwhile. */
async function theirs(key: string, { store, signal }: KeyPairsOptions): Promise<KeyPairs> {
  return parseKeyPairs((await store.read(key, signal))?.body.toString('utf8') ?? '');
}

/** `null` when no pair is revoked. Without one that signs already, a new one does at once. */
function withoutRevoked({ pairs, ...rest }: KeyPairs, revoked: string | null, now: Date): KeyPairs | null {
  const kept = pairs.filter(({ kid }) => kid !== revoked);
  if (kept.length === pairs.length) return null;
  const signs = kept.some(({ signs_from }) => Date.parse(signs_from) <= now.getTime());
  return { ...rest, pairs: signs ? kept : [...firstPairs(now).pairs, ...kept] };
}

/**
 * Public halves of the sets that are in use; those of others stay, as answers once signed must stay verifiable.
 *
 * @returns whether the revoked key was published until now
 */
async function publishHalves(
  pairs: Partial<Record<KeySet, KeyPairs>>,
  { store, now, signal, revoked }: KeyPairsOptions,
): Promise<boolean> {
  const key = KEY_PAIR_OBJECTS.public;
  const stored = await store.read(key, signal);
  const before = stored === null ? null : parsePublicKeys(stored.body.toString('utf8'));
  const present = (before?.keys ?? []).filter(({ kid }) => kid !== revoked);
  const wasPublished = present.length < (before?.keys ?? []).length;
  const keys = KEY_SETS.flatMap((set) => {
    const current = pairs[set];
    if (current === undefined) return present.filter(({ use }) => use === KEY_USES[set]);
    return publicHalves(current, KEY_USES[set], present, now);
  });
  if (before !== null && JSON.stringify(before.keys) === JSON.stringify(keys)) return wasPublished;
  const after: PublicKeys = {
    keys,
    spiffe_sequence: Math.max(Math.floor(now.getTime() / 1000), (before?.spiffe_sequence ?? 0) + 1),
    spiffe_refresh_hint: REFRESH_HINT_SECONDS,
  };
  // Where another publisher was quicker, the next run looks whether anything is missing.
  const isWritten =
    stored === null
      ? await store.writeNew(key, json(after), signal)
      : await store.replace(key, json(after), stored.etag, signal);
  if (!isWritten && wasPublished) throw new Error(NOT_WITHDRAWN);
  return wasPublished;
}

function json(value: unknown) {
  return { body: JSON.stringify(value), type: 'application/json' };
}
