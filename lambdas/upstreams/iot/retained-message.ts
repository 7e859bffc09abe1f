/** GetRetainedMessage of IoT Core's data endpoint. Source: AWS IoT Data Plane API reference. */
import type { Context } from '../../context.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { readBody } from '../s3/body.ts';
import { signedGet } from '../s3/signed-https.ts';
import { iotEndpoint } from './signed-address.ts';

/** What errors and `Server-Timing` call it. */
const SOURCE = 'iot';
/** A message has 128 kB at most, and a third more as base64. */
const MAX_BYTES = 200_000;

/** A message with the time at which the broker stored it, by the broker's clock. */
export interface RetainedMessage {
  payload: Buffer;
  stored: Date;
}

/**
 * The message that the broker keeps on a topic.
 *
 * @returns `null`: there is none
 * @throws UpstreamFailedError, UpstreamTimeoutError
 */
export async function retainedMessage(
  topic: string,
  host: string,
  region: string,
  context: Context,
): Promise<RetainedMessage | null> {
  return context.timing.of(SOURCE, async () => {
    const response = await signedGet(
      {
        upstream: SOURCE,
        service: 'iotdata',
        region,
        endpoint: iotEndpoint(host),
        path: `/retainedMessage/${encodeURIComponent(topic)}`,
      },
      context,
    );
    const body = await readBody(response, SOURCE, MAX_BYTES);
    if (response.statusCode === 404) return null;
    if (response.statusCode === 403) throw new UpstreamFailedError(SOURCE, 'access-denied');
    if (response.statusCode !== 200) throw new UpstreamFailedError(SOURCE, 'failed');
    const { payload, lastModifiedTime } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    if (typeof payload !== 'string' || typeof lastModifiedTime !== 'number') {
      throw new UpstreamFailedError(SOURCE, 'invalid-answer');
    }
    return { payload: Buffer.from(payload, 'base64'), stored: new Date(lastModifiedTime) };
  });
}
