/** Where a cursor goes on: after which DAG, for which moment, and with a summary, the sums so far. */
import * as z from 'zod/mini';
import { totalsSchema } from './totals.ts';

export const positionSchema = z.object({
  /** The last DAG that was answered. */
  after: z.string(),
  /** Where the next one stood in Airflow's list. */
  offset: z.int(),
  /** The end of the window, so that all pages are about the same time. Milliseconds since the epoch. */
  until: z.int(),
  /** Of a summary that was cut. */
  totals: z.optional(totalsSchema),
});
export type Position = z.output<typeof positionSchema>;
