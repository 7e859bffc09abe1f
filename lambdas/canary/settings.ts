/** What the canary is told, as `lib/canary` writes it into its bundle and the function reads it. */
import * as z from 'zod/mini';

export const canarySettings = z.strictObject({
  stage: z.string(),
  /** Paths that it asks with its token. */
  paths: z.array(z.string()),
});

export type CanarySettings = z.output<typeof canarySettings>;
