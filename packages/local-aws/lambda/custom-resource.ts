/** Runs a custom resource's function as CloudFormation does while it makes a stack: an event in, a PUT back. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { DeployedCustomResource } from '../cloudformation/deployment.ts';
import { readBody } from '../service/request-body.ts';
import type { RunningFunction } from './running-function.ts';

/** CloudFormation's limit of the answer (user guide, "Custom resource response objects"). */
const MAX_ANSWER_BYTES = 4096;

const Answer = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string(),
  LogicalResourceId: z.string(),
  RequestId: z.string(),
  StackId: z.string(),
});

/** @throws Error when the function fails, says FAILED, or ends without an answer */
export async function createCustomResource(
  resource: DeployedCustomResource,
  running: RunningFunction,
  stackId: string,
): Promise<void> {
  const received = Promise.withResolvers<unknown>();
  // An answer that nobody waits for any more, since the function has failed, is no fault of its own.
  received.promise.catch(() => undefined);
  const server = createServer((request, response) => {
    readBody(request, MAX_ANSWER_BYTES)
      .then((body) => {
        response.end();
        received.resolve(JSON.parse(body?.toString('utf8') ?? 'null'));
      })
      .catch(received.reject);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const outcome = await running.invoke(
      JSON.stringify({
        RequestType: 'Create',
        ServiceToken: resource.functionArn,
        ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        StackId: stackId,
        RequestId: randomUUID(),
        LogicalResourceId: resource.logicalId,
        ResourceType: resource.type,
        ResourceProperties: resource.properties,
      }),
    );
    if (outcome.error !== null) throw new Error(outcome.payload.toString('utf8'));
    const silent = { Status: 'FAILED', Reason: 'it ended without an answer' };
    const answer = Answer.safeParse(await Promise.race([received.promise, Promise.resolve(silent)]));
    if (!answer.success) throw new Error('it gave no answer that CloudFormation would take');
    if (answer.data.Status === 'FAILED') throw new Error(answer.data.Reason ?? 'it failed without a reason');
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
