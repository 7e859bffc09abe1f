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
});

export type ConstantChanges = z.output<typeof changes>;
export type ConstantChange = z.output<typeof change>;

/** @throws RecordUnavailableError */
export function parseChanges(body: Uint8Array): ConstantChanges {
  return unpacked(body, changes);
}

/** Changes that are kept of an environment; a deployment that changes more at once is one that renamed a module. */
export const MAX_CHANGES = 5_000;

/**
 * The state after a recording. What is not known now (`unknown`) stays as it was: a source that cannot be read is no
 * change.
 *
 * `Mail.Port` had `v1:aa` at 10:00 and 10:15 and has `v1:bb` at 10:30: it is `changed`, changed_at 10:30, changed_after
 * 10:15, for somewhere between the two it was set.
 *
 * @param before `null`: this is the first recording, which changes nothing
 * @param seen fingerprint by name; `unknown` are the names whose value is not known now
 * @param lastSeen when the recording before this one was, if later than `before.taken_at`
 */
export function changesAfter(
  before: ConstantChanges | null,
  seen: ReadonlyMap<string, string | null>,
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
  for (const [name, fingerprint] of seen) {
    const known = before !== null && Object.hasOwn(before.constants, name) ? before.constants[name] : undefined;
    if (unknown.has(name)) {
      if (known !== undefined) constants[name] = known;
      continue;
    }
    if (known !== undefined && known.fingerprint === fingerprint) {
      constants[name] = known;
      continue;
    }
    constants[name] = { fingerprint, changed_at: taken_at, changed_after };
    note(name, known === undefined ? 'added' : 'changed');
  }
  for (const name of Object.keys(before?.constants ?? {})) {
    if (!seen.has(name)) note(name, 'removed');
  }
  const all = [...(before?.changes ?? []), ...changed].slice(-MAX_CHANGES);
  return { state: { schema_version: 1, taken_at, constants, changes: all }, changed };
}
