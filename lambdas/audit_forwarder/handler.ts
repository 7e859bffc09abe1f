/**
 * Audit lines of the functions to an event bus or to Security Hub. CloudWatch Logs calls it; what it cannot hand on it throws,
 * so that Lambda tries twice more and the alarm counts. A line may come twice: its `request_id` tells.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { BUNDLE_FILES } from '../contract.ts';
import { requiredVariable } from '../required-variable.ts';
import { forward } from './forward.ts';
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

/** An event bus of another Region is called there. */
function regionOf({ service }: Call): string {
  return service === 'events' ? (settings.to.split(':')[3] ?? '') : requiredVariable(process.env, 'AWS_REGION');
}

/** @throws Error where a line was not taken; it holds no line */
export async function handler(event: unknown): Promise<void> {
  const lines = auditLines(event);
  const place = { ...settings, region: requiredVariable(process.env, 'AWS_REGION') };
  const calls = settings.to === 'security_hub' ? findingCalls(lines, place) : eventCalls(lines, settings.to);
  const { taken, refused, reasons } = await forward(calls, regionOf);
  const line = { event: 'mrt.forwarded', time: new Date().toISOString(), stage: settings.stage, lines: taken, refused };
  process.stdout.write(`${JSON.stringify({ ...line, reasons })}\n`);
  // All come again with the next try, as CloudWatch Logs delivered them: twice rather than not at all.
  if (refused > 0) throw new Error(`${refused} of ${lines.length} lines were not taken: ${reasons.join(', ')}`);
}
