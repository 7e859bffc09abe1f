/** Audit lines to where a company watches: an event bus, or Security Hub. Left out: they stay in the functions' log groups. */
import * as z from 'zod';

export const auditForwarding = z
  .strictObject({
    to: z
      .string()
      .regex(
        /^(security_hub|arn:aws:events:[a-z0-9-]+:[0-9]{12}:event-bus\/.+)$/,
        'must be "security_hub" or the ARN of an event bus',
      ),
  })
  .describe('Left out: audit lines are in the log groups alone.');
