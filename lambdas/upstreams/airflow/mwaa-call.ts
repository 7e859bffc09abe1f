/**
 * One call of MWAA's own API, signed with SigV4. The npm registry that this was written with has no `@aws-sdk/client-mwaa`
 * that knows InvokeRestApi, and the protocol is one signed JSON request (docs/decisions/dependencies.md).
 */
import { SignatureV4 } from '@smithy/signature-v4';
import type { Context } from '../../context.ts';
import type { Reader } from '../../environment-settings.ts';
import { UpstreamFailedError, UpstreamThrottledError } from '../../upstream-errors.ts';
import { credentialsOf } from '../reader-credentials.ts';
import { Sha256 } from '../s3/signed-https.ts';
import { exchange, type Incoming } from './exchange.ts';

/** What errors and `Server-Timing` call MWAA's API. */
export const MWAA = 'mwaa';

/** A body of MWAA's, read and as it came. */
interface MwaaAnswer {
  /** `null` of a refusal that is no JSON. */
  json: unknown;
  bytes: Buffer;
}

/** MWAA refuses the operation for what was asked, and another way may be open: `error` is the name of its error. */
export class MwaaRefusal extends Error {
  override name = 'MwaaRefusal' as const;
  readonly error: string;
  readonly status: number;
  /** What came with it: it may hold Airflow's own answer. */
  readonly said: MwaaAnswer;
  constructor(error: string, status: number, said: MwaaAnswer) {
    super(error);
    this.error = error;
    this.status = status;
    this.said = said;
  }
}

/** Calls of `env` are about one environment's web server, those of `api` about the environment itself. */
type Plane = 'env' | 'api';

/** A call, as it is signed. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  plane: Plane;
  path: string;
  body: unknown;
  repeatable: boolean;
}

/** The address of one plane; in the local run both are one, where AWS's own variable says. */
function endpointOf(plane: Plane, region: string): URL {
  return new URL(process.env['AWS_ENDPOINT_URL_MWAA'] || `https://${plane}.airflow.${region}.amazonaws.com`);
}

/**
 * Sends a call and gives what came back.
 *
 * @param at `reader`: of the tenant whose environment it is; left out: the function's own role asks
 * @throws MwaaRefusal for every 4xx but throttling; UpstreamThrottledError; UpstreamFailedError; UpstreamTimeoutError
 */
export async function call(
  { method, plane, path, body, repeatable }: Call,
  at: { region: string; reader?: Reader | undefined },
  context: Context,
  maxMs?: number,
): Promise<MwaaAnswer> {
  const { region, reader } = at;
  const endpoint = endpointOf(plane, region);
  const text = body === undefined ? null : JSON.stringify(body);
  const signed = await new SignatureV4({
    service: 'airflow',
    region,
    credentials: await credentialsOf(reader, context),
    sha256: Sha256,
    applyChecksum: true,
  }).sign({
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port === '' ? {} : { port: Number(endpoint.port) }),
    path,
    query: {},
    headers: { host: endpoint.host, ...(text === null ? {} : { 'content-type': 'application/json' }) },
    ...(text === null ? {} : { body: text }),
  });
  const outgoing = {
    method,
    url: new URL(path, endpoint),
    headers: signed.headers,
    body: text,
    certificateAuthority: null,
    repeatable,
  };
  const answer = await context.timing.of(MWAA, () => exchange(outgoing, context, maxMs));
  const said = { json: jsonOf(answer), bytes: answer.body };
  if (answer.status < 300) return said;
  throw faultOf(answer, said);
}

function jsonOf({ body, status }: Incoming): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    if (status < 300) throw new UpstreamFailedError(MWAA, 'invalid-answer');
    return null;
  }
}

/** Its message is not used: it names ARNs. */
function faultOf({ status, headers }: Incoming, said: MwaaAnswer): Error {
  // `x-amzn-errortype: AccessDeniedException:http://internal…` (AWS restJson1 protocol, "Operation error serialization").
  const error = (headers['x-amzn-errortype'] ?? '').split(/[:,]/)[0] ?? '';
  const cause = { cause: { code: error || String(status) } };
  if (status === 429 || /Throttl|TooManyRequests/.test(error)) return new UpstreamThrottledError(MWAA, cause);
  if (/RequestExpired|RequestTimeTooSkewed/.test(error)) return new UpstreamFailedError(MWAA, 'clock-skew', cause);
  if (/UnrecognizedClient|InvalidClientTokenId|ExpiredToken|InvalidSignature|IncompleteSignature/.test(error)) {
    return new UpstreamFailedError(MWAA, 'credentials', cause);
  }
  if (/RestApi(Client|Server)Exception/.test(error) || status < 500) return new MwaaRefusal(error, status, said);
  return new UpstreamFailedError(MWAA, 'failed', cause);
}
