/**
 * CloudFormation's custom-resource protocol. Without an answer a stack hangs for an hour, so every way out of
 * the work answers: SUCCESS, or FAILED with the reason.
 * Source: CloudFormation guide, "Custom resource request objects" and "response objects".
 */
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';

const stackRequest = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
});

/** What CloudFormation sends when a resource is created, updated or deleted. */
export type StackRequest = z.output<typeof stackRequest>;

/** True for an event from CloudFormation; the schedule's is another. */
export function isStackRequest(event: unknown): event is StackRequest {
  return stackRequest.safeParse(event).success;
}

/** IAM is eventually consistent: a role that the stack made a moment ago may still be refused. */
const PATIENCE = { attempts: 4, pauseMs: 4_000 };

/**
 * Does the work, with patience, and tells the stack.
 *
 * @param work what the stack waits for; the message of its error is shown to who deploys, and may hold no key
 * @param patience attempts in all, and milliseconds between two
 * @throws Error when CloudFormation does not take the answer; Lambda then tries the whole event again.
 */
export async function answerStack(
  request: StackRequest,
  work: () => Promise<unknown>,
  patience = PATIENCE,
): Promise<void> {
  const failure = await patiently(work, patience).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
  );
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId } = request;
  const answer = JSON.stringify({
    Status: failure === null ? 'SUCCESS' : 'FAILED',
    Reason: failure === null ? 'published' : `The keys could not be published: ${failure}`,
    // Always the same: another id would make CloudFormation delete the "old" resource.
    PhysicalResourceId: PhysicalResourceId ?? 'mrt-keys',
    StackId,
    RequestId,
    LogicalResourceId,
  });
  const response = await fetch(request.ResponseURL, {
    method: 'PUT',
    // As bytes: text would get a content type, which the presigned address does not cover.
    body: new TextEncoder().encode(answer),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`CloudFormation answered ${response.status}`);
}

async function patiently(work: () => Promise<unknown>, { attempts, pauseMs }: typeof PATIENCE): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt >= attempts) throw error;
      await setTimeout(pauseMs);
    }
  }
}
