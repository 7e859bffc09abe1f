/** The lease by which two runs never overlap: an object that says who runs until when. */
import * as z from 'zod/mini';
import { LEASE_KEY } from '../record/layout.ts';
import type { RecordStore } from './store.ts';

const lease = z.looseObject({
  /** Lambda's request id of the run. */
  run: z.string(),
  /** When whoever holds it is certainly gone: Lambda has ended the function by then. */
  until: z.iso.datetime(),
});

/** A lease that was taken; only who has it can give it back. */
export interface Lease {
  run: string;
}

/**
 * Takes the lease; `null` while another run has it. A run that was killed leaves it behind, and it is free at the end
 * of the time that Lambda would have let that run go on.
 *
 * @param run its name; @param now and `until`: milliseconds since the epoch
 */
export async function takeLease(
  store: RecordStore,
  run: string,
  now: number,
  until: number,
  signal: AbortSignal,
): Promise<Lease | null> {
  const stored = await store.read(LEASE_KEY, signal);
  const body = JSON.stringify({ run, until: new Date(until).toISOString() });
  const content = { body, type: 'application/json' };
  if (stored === null) return (await store.writeNew(LEASE_KEY, content, signal)) ? { run } : null;
  if (heldUntil(stored.body) > now) return null;
  return (await store.replace(LEASE_KEY, content, stored.etag, signal)) ? { run } : null;
}

/** Gives it back, unless somebody else has it by now. @param now when it ends: at once */
export async function giveBack(store: RecordStore, { run }: Lease, now: number, signal: AbortSignal): Promise<void> {
  const stored = await store.read(LEASE_KEY, signal);
  if (stored === null || parse(stored.body)?.run !== run) return;
  const body = JSON.stringify({ run, until: new Date(now).toISOString() });
  await store.replace(LEASE_KEY, { body, type: 'application/json' }, stored.etag, signal);
}

/** Milliseconds since the epoch; what cannot be read holds nothing. */
function heldUntil(body: Buffer): number {
  const held = parse(body);
  return held === null ? 0 : Date.parse(held.until);
}

function parse(body: Buffer): z.output<typeof lease> | null {
  try {
    return lease.parse(JSON.parse(body.toString('utf8')));
  } catch {
    return null;
  }
}
