/** From a method to its function and back: permission, the time limit, and what each failure becomes. */
import { Readable } from 'node:stream';
import type { DeployedMethod } from '../cloudformation/deployed-rest-apis.ts';
import type { Integration } from '../gateway/integration.ts';
import { ThrottledError } from '../lambda/running-function.ts';
import type { Outcome } from '../lambda/runtime-api.ts';
import { type RestAnswer, restAnswer, streamedAnswer } from './answer.ts';
import type { Refusal } from './refusal.ts';

/** How a method's function is reached. */
export interface RestIntegration extends Integration {
  /** As `invoke`, with the response as it comes where the function streams it. */
  stream(event: string): Promise<Outcome>;
}

/**
 * The function's answer, or what the gateway has in place of one. The time is for all of it: a stream that passes it breaks
 * off (API Gateway guide, "Troubleshoot issues with response streaming").
 */
export async function integrated(
  { permitted, timeoutMilliseconds, invoke, stream }: RestIntegration,
  { streams }: Pick<DeployedMethod, 'streams'>,
  event: string,
): Promise<RestAnswer | Refusal> {
  if (!permitted) return { type: 'DEFAULT_5XX' };
  const late = Symbol('late');
  const { promise: limit, resolve } = Promise.withResolvers<typeof late>();
  let begun: Readable | null = null;
  const timer = setTimeout(() => {
    resolve(late);
    begun?.destroy(new Error('Endpoint request timed out'));
  }, timeoutMilliseconds);
  try {
    // A function that passes the limit runs on; its answer is dropped.
    const outcome = await Promise.race([streams ? stream(event) : invoke(event, ''), limit]);
    if (outcome === late) return { type: 'INTEGRATION_TIMEOUT' };
    if (outcome.error !== null) return { type: 'API_CONFIGURATION_ERROR' };
    if (!streams) return restAnswer(outcome.payload) ?? { type: 'API_CONFIGURATION_ERROR' };
    // What does not stream gives its payload as a stream of one piece, which must have the form all the same.
    begun = outcome.stream ?? Readable.from([outcome.payload], { objectMode: false });
    // "If the output does not match this format, API Gateway returns a 500" (same guide, "Set up a Lambda proxy …").
    return (await streamedAnswer(begun)) ?? { type: 'DEFAULT_5XX' };
  } catch (error) {
    // No instance is free.
    if (error instanceof ThrottledError) return { type: 'DEFAULT_5XX' };
    throw error;
  } finally {
    if (begun === null) clearTimeout(timer);
    else begun.once('close', () => clearTimeout(timer));
  }
}
