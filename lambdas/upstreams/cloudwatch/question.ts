/** One question to CloudWatch, with its retries and a check that the answer is one. */
import * as z from 'zod/mini';
import type { Context } from '../../context.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { withRetries } from '../retry.ts';
import { unlessThrottled } from '../throttling.ts';
import type { Question } from './client.ts';
import { CLOUDWATCH, cloudWatchFault } from './fault.ts';

export type { Question };

/**
 * Asks, again after what waiting cures while there is time, and gives the answer.
 *
 * @param schema what the answer must be: an empty or another document below a 200 is an error, never "no data"
 * @throws UpstreamFailedError `wrong-region`, `access-denied`, `clock-skew`, `credentials`, `unreachable`, `failed`,
 *   `refused`, `invalid-answer`; UpstreamThrottledError; UpstreamTimeoutError
 */
export async function askCloudWatch<T>(
  question: Question,
  schema: z.ZodMiniType<T>,
  region: string,
  context: Context,
): Promise<T> {
  // The interface endpoint is of the function's own Region; another Region's packets would vanish.
  if (region !== process.env['AWS_REGION']) throw new UpstreamFailedError(CLOUDWATCH, 'wrong-region');
  return context.timing.of(CLOUDWATCH, async () => {
    // Loaded with the first question, beside other connections, and not before: 130 kB that a start need not wait for.
    const { ask } = await import('./client.ts');
    const once = async () => {
      const signal = context.deadline.signal();
      const answer = await ask(question, region, signal).catch((error: unknown) => {
        throw cloudWatchFault(error, signal.aborted);
      });
      const parsed = z.safeParse(schema, answer);
      if (!parsed.success) throw new UpstreamFailedError(CLOUDWATCH, 'invalid-answer');
      return parsed.data;
    };
    const { operation } = question;
    return unlessThrottled([CLOUDWATCH, region, operation], CLOUDWATCH, () => withRetries(once, context));
  });
}
