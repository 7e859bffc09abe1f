/**
 * `/.well-known/jwks.json`: the public halves of the key pairs, for whoever verifies an internal token or a signed answer.
 * Needs no token, as nothing in it is secret; reads one object of the key bucket and holds no private key.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { Deadline, Timing } from '../context.ts';
import { BUNDLE_FILES, KEY_PAIR_OBJECTS, VARIABLES } from '../contract.ts';
import { requestOf, resultOf } from '../http/event.ts';
import { KeyFile } from '../keys/file.ts';
import { parsePublicKeys } from '../keys/public.ts';
import { requiredVariable } from '../required-variable.ts';
import { readObject } from '../upstreams/s3/objects.ts';
import { answerKeys } from './answer.ts';

/** A key that is withdrawn is served for so long, and may be kept as long again (`answer.ts`). */
const RELOAD_AFTER_MS = 300_000;
/** Of the function's own time, for the answer. */
const MARGIN_MS = 1_000;
/** Ten years of keys are some 30 kB. */
const MAX_BYTES = 200_000;

const { stage, region } = z
  .strictObject({ stage: z.string(), region: z.string() })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, BUNDLE_FILES.settings), 'utf8')));
const bucket = requiredVariable(process.env, VARIABLES.keyBucket);

const keys = new KeyFile({
  key: KEY_PAIR_OBJECTS.public,
  read: async (key, context) => {
    const stored = await readObject({ name: 'keys', bucket, region, key }, { max_bytes: MAX_BYTES }, context);
    if (stored === 'not-modified') throw new Error('not asked for');
    return stored;
  },
  parse: (text) => {
    parsePublicKeys(text);
    return text;
  },
  // Written when they change, so their age says nothing.
  maxAgeMs: Number.POSITIVE_INFINITY,
  reloadAfterMs: RELOAD_AFTER_MS,
});

/** What Lambda calls. */
export async function handler(
  event: APIGatewayProxyEventV2,
  lambda: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<APIGatewayProxyStructuredResultV2> {
  const started = performance.now();
  const http = requestOf(event);
  const deadline = new Deadline(Date.now() + lambda.getRemainingTimeInMillis() - MARGIN_MS);
  const response = await answerKeys(http, () => keys.get({ deadline, timing: new Timing() }));
  const line = {
    event: 'mrt.public_keys',
    time: new Date().toISOString(),
    request_id: http.id,
    stage,
    method: http.method,
    status: response.status,
    duration_ms: Math.round(performance.now() - started),
  };
  // Without metrics of its own, which are paid by the month; the gateway's and Lambda's are there.
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return resultOf(response, http.method);
}
