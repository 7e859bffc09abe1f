/**
 * The key pairs of a stage with a trust domain, and their public halves: made, renewed and withdrawn. Conditional writes only:
 * of two publishers at once one writes, and the next run finds what it wrote.
 */
import { KEY_PAIR_OBJECTS, KEY_SETS, type KeySet } from '../contract.ts';
import { type KeyPairs, parseKeyPairs } from '../key-pairs.ts';
import { KEY_USES, type PublicKeys, parsePublicKeys } from '../public-keys.ts';
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

/** @throws Error with a reason that holds no key; what is malformed is never written over */
export async function publishKeyPairs(options: KeyPairsOptions): Promise<KeyPairsPublished> {
  const published: KeyPairsPublished = {};
  const pairs: Partial<Record<KeySet, KeyPairs>> = {};
  for (const set of options.sets) {
    const { state, current } = await renewSet(set, options);
    published[set] = state;
    pairs[set] = current;
  }
  await publishHalves(pairs, options);
  return published;
}

/** One set as it is after this run. Who comes second with a write takes what the other wrote. */
async function renewSet(set: KeySet, options: KeyPairsOptions) {
  const { store, now, signal, revoked } = options;
  const key = KEY_PAIR_OBJECTS[set];
  const stored = await store.read(key, signal);
  if (stored === null) {
    const current = firstPairs(now);
    if (await store.writeNew(key, json(current), signal)) return { state: 'created' as const, current };
    return { state: 'unchanged' as const, current: await theirs(key, options) };
  }
  const present = parseKeyPairs(stored.body.toString('utf8'));
  const next = withoutRevoked(present, revoked, now) ?? renewedPairs(present, now);
  if (next === null) return { state: 'unchanged' as const, current: present };
  if (await store.replace(key, json(next), stored.etag, signal)) return { state: 'renewed' as const, current: next };
  return { state: 'unchanged' as const, current: await theirs(key, options) };
}

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

/** Public halves of the sets that are in use; those of others stay, as answers once signed must stay verifiable. */
async function publishHalves(
  pairs: Partial<Record<KeySet, KeyPairs>>,
  { store, now, signal, revoked }: KeyPairsOptions,
): Promise<void> {
  const key = KEY_PAIR_OBJECTS.public;
  const stored = await store.read(key, signal);
  const before = stored === null ? null : parsePublicKeys(stored.body.toString('utf8'));
  const present = (before?.keys ?? []).filter(({ kid }) => kid !== revoked);
  const keys = KEY_SETS.flatMap((set) => {
    const current = pairs[set];
    if (current === undefined) return present.filter(({ use }) => use === KEY_USES[set]);
    return publicHalves(current, KEY_USES[set], present, now);
  });
  if (before !== null && JSON.stringify(before.keys) === JSON.stringify(keys)) return;
  const after: PublicKeys = {
    keys,
    spiffe_sequence: Math.max(Math.floor(now.getTime() / 1000), (before?.spiffe_sequence ?? 0) + 1),
    spiffe_refresh_hint: REFRESH_HINT_SECONDS,
  };
  // Where another publisher was quicker, the next run looks whether anything is missing.
  if (stored === null) await store.writeNew(key, json(after), signal);
  else await store.replace(key, json(after), stored.etag, signal);
}

function json(value: unknown) {
  return { body: JSON.stringify(value), type: 'application/json' };
}
