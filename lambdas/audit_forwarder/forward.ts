/** Hands calls on, each whatever became of the one before, and counts what was not taken. */
import * as z from 'zod/mini';
import { signedPost } from '../upstreams/signed-post.ts';
import type { Call } from './targets.ts';

/**
 * What AWS says of entries that it did not take, though the call was good (EventBridge API reference, "PutEvents";
 * Security Hub API reference, "BatchImportFindings").
 */
const partly = z.object({ FailedEntryCount: z.optional(z.int()), FailedCount: z.optional(z.int()) });

/** What became of the lines of a delivery. */
export interface Forwarded {
  taken: number;
  refused: number;
  /** Why, each reason once; holds no line. */
  reasons: string[];
}

/** @param regionOf where each is called */
export async function forward(calls: readonly Call[], regionOf: (call: Call) => string): Promise<Forwarded> {
  const reasons = new Set<string>();
  let taken = 0;
  let refused = 0;
  for (const call of calls) {
    const { failed, reason } = await send(call, regionOf(call));
    taken += call.lines - failed;
    refused += failed;
    if (reason !== null) reasons.add(reason);
  }
  return { taken, refused, reasons: [...reasons] };
}

/** Never throws: what cannot be asked has taken nothing. */
async function send(call: Call, region: string): Promise<{ failed: number; reason: string | null }> {
  try {
    const { status, text } = await signedPost(call, region);
    if (status !== 200) return { failed: call.lines, reason: `${call.service} answered ${status}` };
    const { FailedEntryCount = 0, FailedCount = 0 } = partly.parse(JSON.parse(text));
    const failed = FailedEntryCount + FailedCount;
    return { failed, reason: failed > 0 ? `${call.service} did not take all lines` : null };
  } catch {
    return { failed: call.lines, reason: `${call.service} gave no answer` };
  }
}
