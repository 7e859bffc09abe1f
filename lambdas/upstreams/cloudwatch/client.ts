/**
 * AWS's own CloudWatch client, in a module that is loaded with the first question (docs/decisions/cloudwatch.md).
 * Everything that it would look for in configuration files is given, and it never tries again by itself: when a request
 * is repeated is decided in one place for all upstreams (retry.ts).
 */
import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type ListMetricsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { credentials } from '../credentials.ts';

/**
 * Without the interface endpoint or the rule of a security group, packets vanish: say so soon, not at the deadline.
 * A connection inside a Region takes a few milliseconds.
 */
const MAX_CONNECT_MS = 1_000;

/** The operations that this API is permitted (lib/permissions/need-statements.ts), each with its input. */
export type Question =
  | { operation: 'GetMetricData'; input: GetMetricDataCommandInput }
  | { operation: 'ListMetrics'; input: ListMetricsCommandInput };

let warm: { client: CloudWatchClient; madeFor: string } | null = null;

/** One client for all requests: it keeps connections, and what it has learned of AWS's clock. */
function clientOf(region: string): CloudWatchClient {
  const endpoint = process.env['AWS_ENDPOINT_URL_CLOUDWATCH'] || `https://monitoring.${region}.amazonaws.com`;
  const keys = credentials();
  // Lambda gives an instance one set of keys; whatever else changes them, the client must not go on with the old.
  const madeFor = JSON.stringify([endpoint, keys]);
  if (warm?.madeFor === madeFor) return warm.client;
  warm?.client.destroy();
  const client = new CloudWatchClient({
    region,
    endpoint,
    credentials: keys,
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: ['aws.auth#sigv4'],
    userAgentAppId: 'mrt-api',
    disableRequestCompression: true,
    requestHandler: { connectionTimeout: MAX_CONNECT_MS },
  });
  // It prepares each request and answer for a log that nobody reads: a sixth of what the client costs.
  client.middlewareStack.remove('loggerMiddleware');
  warm = { client, madeFor };
  return client;
}

/**
 * Asks once and gives the answer as the client has parsed it, not yet checked.
 *
 * @param region the function's own
 * @throws whatever the client throws; `fault.ts` knows what it means
 */
export async function ask(question: Question, region: string, abortSignal: AbortSignal): Promise<unknown> {
  const client = clientOf(region);
  const send = () =>
    question.operation === 'GetMetricData'
      ? client.send(new GetMetricDataCommand(question.input), { abortSignal })
      : client.send(new ListMetricsCommand(question.input), { abortSignal });
  try {
    return await send();
  } catch (error) {
    // A clock that is wrong by minutes: the client has set its own by the refusal's Date, and the same request is good.
    if (!wasClockCorrected(error)) throw error;
    return send();
  }
}

function wasClockCorrected(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { clockSkewCorrected?: boolean } };
  return $metadata?.clockSkewCorrected === true;
}
