/**
 * `changes/<environment>.json.gz`: what each constant's fingerprint was, and when it changed. Names of the model and
 * keyed hashes; never a value.
 */
import * as z from 'zod/mini';
import { unpacked } from './latest.ts';

const constant = z.object({
  /** `null`: it has no value, or the value is not known. */
  fingerprint: z.nullable(z.string()),
  /** The first recording that saw this fingerprint. */
  changed_at: z.string(),
  /** The last recording that saw another, or did not see the constant; `null`: none did since recording began. */
  changed_after: z.nullable(z.string()),
  /** What the fingerprint was made with; two that were made with different things tell nothing by being different. */
  made_with: z.optional(z.string()),
  /** True: it could not be compared with the recording before `changed_at`, so it may be older. */
  not_comparable: z.optional(z.boolean()),
});

const change = z.object({
  name: z.string(),
  change: z.enum(['added', 'changed', 'removed']),
  changed_at: z.string(),
  changed_after: z.string(),
});

const changes = z.object({
  schema_version: z.int(),
  /** The recording that this is the state of. */
  taken_at: z.string(),
  /** By full name: `Mail.SmtpHost`. */
  constants: z.record(z.string(), constant),
  /** Oldest first. */
  changes: z.array(change),
  /** The newest recording with a fingerprint that could not be compared with the one before. */
  not_comparable_at: z.optional(z.string()),
});

export type ConstantChanges = z.output<typeof changes>;
export type ConstantChange = z.output<typeof change>;

/** @throws RecordUnavailableError */
export function parseChanges(body: Uint8Array): ConstantChanges {
  return unpacked(body, changes);
}

/** Changes that are kept of an environment; a deployment that changes more at once is one that renamed a module. */
export const MAX_CHANGES = 5_000;

/** A constant as a recording sees it. */
export interface SeenConstant {
  /** `null`: without a value. */
  fingerprint: string | null;
  /** Names the key, and whether the value was masked, as both are in the fingerprint. */
  made_with: string;
}

/**
 * The state after a recording. What is not known now (`unknown`) stays as it was: a source that cannot be read is no
 * change.
 *
 * `Mail.Port` had `v1:aa` at 10:00 and 10:15 and has `v1:bb` at 10:30: it is `changed`, changed_at 10:30, changed_after
 * 10:15, for somewhere between the two it was set. With another key at 10:30 it has another fingerprint whether it was set or
 * not: that is no change, and since when it has its value is not known any more.
 *
 * @param before `null`: this is the first recording, which changes nothing
 * @param seen by name; `unknown` are the names whose value is not known now
 * @param lastSeen when the recording before this one was, if later than `before.taken_at`
 */
export function changesAfter(
  before: ConstantChanges | null,
  seen: ReadonlyMap<string, SeenConstant>,
  unknown: ReadonlySet<string>,
  taken_at: string,
  lastSeen: string | null,
): { state: ConstantChanges; changed: ConstantChange[] } {
  const constants: ConstantChanges['constants'] = {};
  const changed: ConstantChange[] = [];
  const changed_after = before === null ? null : (lastSeen ?? before.taken_at);
  const note = (name: string, kind: ConstantChange['change']) => {
    if (changed_after !== null) changed.push({ name, change: kind, changed_at: taken_at, changed_after });
  };
  let not_comparable_at = before?.not_comparable_at;
  for (const [name, { fingerprint, made_with }] of seen) {
    const known = before !== null && Object.hasOwn(before.constants, name) ? before.constants[name] : undefined;
    if (unknown.has(name)) {
      if (known !== undefined) constants[name] = known;
      continue;
    }
    if (known !== undefined && known.fingerprint === fingerprint) {
      constants[name] = { ...known, made_with };
      continue;
    }
    constants[name] = { fingerprint, changed_at: taken_at, changed_after, made_with };
    if (known !== undefined && !isComparable(known, { fingerprint, made_with })) {
      constants[name] = { ...constants[name], not_comparable: true };
      not_comparable_at = taken_at;
      continue;
    }
    note(name, known === undefined ? 'added' : 'changed');
  }
  for (const name of Object.keys(before?.constants ?? {})) {
    if (!seen.has(name)) note(name, 'removed');
  }
  const all = [...(before?.changes ?? []), ...changed].slice(-MAX_CHANGES);
  const state = { schema_version: 1, taken_at, constants, changes: all };
  return { state: { ...state, ...(not_comparable_at !== undefined && { not_comparable_at }) }, changed };
}

/** Whether two different fingerprints are of two values. One that a constant has and one that it has not always are. */
function isComparable(known: z.output<typeof constant>, seen: SeenConstant): boolean {
  if (known.fingerprint === null || seen.fingerprint === null) return true;
  // Of a record that does not say yet what it was made with, the version of the key tells.
  if (known.made_with === undefined) return versionOf(known.fingerprint) === versionOf(seen.fingerprint);
  return known.made_with === seen.made_with;
}

/** @example versionOf('v1:9f2c') // 'v1' */
function versionOf(fingerprint: string): string {
  return fingerprint.split(':')[0] ?? '';
}
