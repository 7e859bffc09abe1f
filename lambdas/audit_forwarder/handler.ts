/**
 * Audit lines of the functions to an event bus or to Security Hub. CloudWatch Logs calls it; what it cannot hand on it throws,
 * so that Lambda tries twice more and the alarm counts. A line may come twice: its `request_id` tells.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { BUNDLE_FILES } from '../contract.ts';
import { requiredVariable } from '../required-variable.ts';
import { signedPost } from '../upstreams/signed-post.ts';
import { auditLines } from './lines.ts';
import { type Call, eventCalls, findingCalls } from './targets.ts';

const settings = z
  .strictObject({
    stage: z.string(),
    account: z.string(),
    /** `security_hub`, or the ARN of an event bus. */
    to: z.string(),
  })
  .parse(JSON.parse(readFileSync(new URL(BUNDLE_FILES.settings, import.meta.url), 'utf8')));

/** What AWS says of entries that it did not take, though the call was good. */
const partly = z.object({ FailedEntryCount: z.optional(z.int()), FailedCount: z.optional(z.int()) });

/** An event bus of another Region is called there. */
function regionOf({ service }: Call): string {
  return service === 'events' ? (settings.to.split(':')[3] ?? '') : requiredVariable(process.env, 'AWS_REGION');
}

/** @throws Error where a line was not taken; it holds no line */
export async function handler(event: unknown): Promise<void> {
  const lines = auditLines(event);
  const place = { ...settings, region: requiredVariable(process.env, 'AWS_REGION') };
  const calls = settings.to === 'security_hub' ? findingCalls(lines, place) : eventCalls(lines, settings.to);
  for (const call of calls) {
    const { status, text } = await signedPost(call, regionOf(call));
    const { FailedEntryCount = 0, FailedCount = 0 } = status === 200 ? partly.parse(JSON.parse(text)) : {};
    if (status !== 200) throw new Error(`${call.service} answered ${status}`);
    if (FailedEntryCount + FailedCount > 0) throw new Error(`${call.service} did not take all lines`);
  }
  process.stdout.write(
    `${JSON.stringify({ event: 'mrt.forwarded', time: new Date().toISOString(), stage: settings.stage, lines: lines.length })}\n`,
  );
}
