/** A signed POST to a service of AWS, for a function that stands outside the network and has time. */
import { SignatureV4 } from '@smithy/signature-v4';
import { credentials } from './credentials.ts';
import { Sha256 } from './s3/signed-https.ts';

/** Both services answer in tens of milliseconds. */
const MAX_WAIT_MS = 10_000;

/**
 * @param request SigV4 name of the service, which is its endpoint's too; the body as JSON
 * @throws TypeError or TimeoutError of `fetch`; any HTTP status is the caller's to judge
 */
export async function signedPost(
  { service, path, headers, body }: { service: string; path: string; headers: Record<string, string>; body: object },
  region: string,
): Promise<{ status: number; text: string }> {
  const own = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  const endpoint = new URL(own || `https://${service}.${region}.amazonaws.com`);
  const text = JSON.stringify(body);
  const signer = new SignatureV4({ service, region, credentials: credentials(), sha256: Sha256, applyChecksum: true });
  const signed = await signer.sign({
    method: 'POST',
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port === '' ? {} : { port: Number(endpoint.port) }),
    path,
    query: {},
    headers: { host: endpoint.host, ...headers },
    body: text,
  });
  const response = await fetch(new URL(path, endpoint), {
    method: 'POST',
    headers: Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name !== 'host')),
    body: text,
    redirect: 'error',
    signal: AbortSignal.timeout(MAX_WAIT_MS),
  });
  return { status: response.status, text: await response.text() };
}
