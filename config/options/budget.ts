/** Who is told when the stage costs more than it should. */
import * as z from 'zod';

export const budget = z
  .strictObject({
    usd_a_month: z.number().min(1).max(1_000_000),
    emails: z.array(z.email()).min(1).max(10).describe('Told at 80 % of it spent, and when all of it is expected.'),
  })
  .describe('Left out: no budget.');
