/** From a route to its function and back: permission, the gateway's time limit, and what each failure becomes. */
import { ThrottledError } from '../lambda/running-function.ts';
import type { Outcome } from '../lambda/runtime-api.ts';
import { type HttpAnswer, httpAnswer } from './response.ts';

/** How a route’s function is reached. */
export interface Integration {
  /** Whether the function's resource policy lets this API invoke it. */
  permitted: boolean;
  timeoutMilliseconds: number;
  invoke(event: string, traceId: string): Promise<Outcome>;
}

/** The function’s answer, or the status and reason that the gateway has in place of one. */
export type IntegrationResult =
  | { answered: true; answer: HttpAnswer }
  | { answered: false; status: 500 | 503; reason: string };

/** Status and reason of a failure as the service gives them; the reason is `$context.integrationErrorMessage`. */
export async function integrate(integration: Integration, event: string, traceId: string): Promise<IntegrationResult> {
  if (!integration.permitted) {
    return failure(
      500,
      "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again.",
    );
  }
  const late = Symbol('late');
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, integration.timeoutMilliseconds, late);
  });
  try {
    // A function that passes the limit runs on; its answer is dropped.
    const outcome = await Promise.race([integration.invoke(event, traceId), limit]);
    if (outcome === late) return failure(503, 'Endpoint request timed out');
    if (outcome.error !== null) return failure(500, outcome.payload.toString('utf8'));
    const answer = httpAnswer(outcome.payload);
    if (answer === null)
      return failure(500, "The response from the Lambda function doesn't match the format that API Gateway expects.");
    return { answered: true, answer };
  } catch (error) {
    if (!(error instanceof ThrottledError)) throw error;
    // Reports of the real status differ (500 or 503); the contract asks clients to retry both.
    return failure(503, 'Rate Exceeded.');
  } finally {
    clearTimeout(timer);
  }
}

function failure(status: 500 | 503, reason: string): IntegrationResult {
  return { answered: false, status, reason };
}
