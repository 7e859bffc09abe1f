/** The publisher's entry: on a schedule, and as the stack's custom resource when it is created. */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { BUNDLE_FILES, type KeySet, METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS, VARIABLES } from '../contract.ts';
import { requiredVariable } from '../required-variable.ts';
import { writableBucket } from '../upstreams/s3/writable-bucket.ts';
import { answerStack, isStackRequest } from './custom-resource.ts';
import { type Published, publish } from './publish.ts';

/** Four tries, their pauses and the answer fit into the function's minute, so that the stack is never left to hang. */
const MAX_RUN_MS = 8000;

const { stage, key_sets = [] }: { stage: string; key_sets?: KeySet[] } = JSON.parse(
  readFileSync(new URL(BUNDLE_FILES.settings, import.meta.url), 'utf8'),
);
/** Whatever else an event may have; an id that is no text is refused, so that nobody takes its key for withdrawn. */
const revocation = z.nullish(z.looseObject({ revoke: z.optional(z.string()) }));
const region = requiredVariable(process.env, 'AWS_REGION');
const store = writableBucket(requiredVariable(process.env, VARIABLES.keyBucket), region);
const userPoolId = requiredVariable(process.env, VARIABLES.userPoolId);
const cognito =
  process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'] ?? `https://cognito-idp.${region}.amazonaws.com`;

/**
 * Publishes; a failure is thrown (the schedule's metric and retry) or told to the stack, with its reason. An operator may
 * call it with `{ "revoke": "<kid>" }` to withdraw a key pair at once.
 */
export async function handler(event: unknown): Promise<void> {
  const revoked = revocation.parse(event)?.revoke ?? null;
  const shared = { store, cognito: new URL(cognito), userPoolId, keySets: key_sets, revoked };
  const run = () => publish({ ...shared, now: new Date(), signal: AbortSignal.timeout(MAX_RUN_MS) });
  if (isStackRequest(event)) {
    // A deleted stack keeps its keys: the bucket is retained, and with it every fingerprint made so far.
    await answerStack(event, async () => (event.RequestType === 'Delete' ? undefined : log(await run())));
    return;
  }
  log(await run());
}

/** Written, not console.log'ed: Lambda's JSON log mode would wrap the line and lose the metric. */
function log(published: Published): void {
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [METRIC_DIMENSIONS.publisher],
          Metrics: [{ Name: METRICS.keysAge, Unit: 'Seconds' }],
        },
      ],
    },
    event: 'mrt.keys',
    stage,
    [METRICS.keysAge]: published.ageSeconds,
    key_ids: published.keyIds,
    signing_keys: published.signingKeys,
    ...(key_sets.length > 0 && { key_pairs: published.keyPairs }),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
