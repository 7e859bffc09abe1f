/** The field `recording`: keeps the figures of all environments over time. */
import * as z from 'zod';

/** What is kept of the environments' figures. `{}` records with the defaults. */
export const recording = z.strictObject({
  every_minutes: z.int().min(5).max(1440).default(15),
  keep_days: z.int().min(32).max(3653).default(800).describe('Days of history; the route parameter days goes to 800.'),
  athena_table: z.boolean().optional().describe('true: a table of the Glue Data Catalog over the history.'),
});
