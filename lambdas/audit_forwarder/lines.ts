/** What a subscription of CloudWatch Logs brings: lines of one log stream, in gzip and base64. */
import { gunzipSync } from 'node:zlib';
import * as z from 'zod/mini';

/** CloudWatch Logs user guide, "Log group-level subscription filters". A control message asks only whether anybody is there. */
const delivery = z.object({
  messageType: z.enum(['DATA_MESSAGE', 'CONTROL_MESSAGE']),
  logEvents: z.array(z.object({ id: z.string(), timestamp: z.int(), message: z.string() })),
});
const event = z.object({ awslogs: z.object({ data: z.string() }) });
/** As far as the forwarder looks into one; everything in it goes on. */
const auditLine = z.looseObject({
  event: z.literal('mrt.audit'),
  request_id: z.string(),
  route: z.string(),
  principal: z.nullable(z.string()),
  status: z.int(),
  clear: z.boolean(),
});

/** Lambda takes 6 MB of event; what they unpack to is bounded, whatever they say. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface AuditLine {
  /** CloudWatch Logs' own, the same each time that it is delivered. */
  id: string;
  time: Date;
  /** As it was written. */
  text: string;
  line: z.output<typeof auditLine>;
}

/**
 * The audit lines of a delivery; others that came along are left out.
 *
 * @throws Error for what is no delivery of CloudWatch Logs
 */
export function auditLines(delivered: unknown): AuditLine[] {
  const { awslogs } = event.parse(delivered);
  const text = gunzipSync(Buffer.from(awslogs.data, 'base64'), { maxOutputLength: MAX_BYTES }).toString('utf8');
  const { messageType, logEvents } = delivery.parse(JSON.parse(text));
  if (messageType === 'CONTROL_MESSAGE') return [];
  return logEvents.flatMap(({ id, timestamp, message }) => {
    const parsed = auditLine.safeParse(jsonOf(message));
    return parsed.success ? [{ id, time: new Date(timestamp), text: message.trim(), line: parsed.data }] : [];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
