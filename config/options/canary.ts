/** A function that asks the API as a client would, so that an outage is noticed where nobody else asks. Left out: none. */
import * as z from 'zod';

/** Each is waited for as long as the gateway waits for a function; together they must fit into one run. */
const MAX_PATHS = 5;

export const canary = z
  .strictObject({
    client: z.string().describe('A name out of callers.clients: as whom it asks. Its entry decides what it may ask.'),
    every_minutes: z.int().min(1).max(60).default(5),
    paths: z
      .array(
        z.string().regex(/^\/[a-z_]+(\?[^\s#]*)?$/, 'must be a path such as /table_size?environment=shop-prod&limit=1'),
      )
      .min(1)
      .max(MAX_PATHS)
      .default(['/environments'])
      .describe('What it asks for with its token; each must be answered with 200.'),
  })
  .describe('Left out: nothing asks by itself.');
