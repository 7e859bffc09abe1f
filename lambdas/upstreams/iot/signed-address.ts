/**
 * The address of IoT Core's broker with a signature of the function's own role in it: MQTT over WebSocket, so that no
 * certificate and no secret is needed in the Regional account. Source: AWS IoT Core developer guide, "Device communication
 * protocols", "MQTT over the WebSocket protocol".
 */
import { SignatureV4 } from '@smithy/signature-v4';
import { credentials } from '../credentials.ts';
import { encodeRfc3986, Sha256 } from '../s3/signed-https.ts';

/** What the signature is for; AWS names it so for the broker, and `iotdata` for its HTTP interface. */
const SERVICE = 'iotdevicegateway';
/** The longest that the broker takes. It is looked at as the connection is opened. */
const EXPIRES_SECONDS = 300;

/** Where IoT Core's data endpoint is: the account's own name, or what the SDKs' variable names on one machine. */
export function iotEndpoint(host: string): URL {
  const override = process.env['AWS_ENDPOINT_URL_IOT_DATA_PLANE'];
  return new URL(override || `https://${host}`);
}

/** `wss://…/mqtt?X-Amz-…`, good for a connection that is opened within five minutes. */
export async function signedAddress(host: string, region: string, now = new Date()): Promise<string> {
  const endpoint = iotEndpoint(host);
  const { sessionToken, ...keys } = credentials();
  const signer = new SignatureV4({
    service: SERVICE,
    region,
    // The broker wants the session's token beside what is signed, not in it.
    credentials: keys,
    sha256: Sha256,
    uriEscapePath: true,
  });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'wss:',
      hostname: endpoint.hostname,
      ...(endpoint.port === '' ? {} : { port: Number(endpoint.port) }),
      path: '/mqtt',
      query: {},
      headers: { host: endpoint.host },
    },
    { expiresIn: EXPIRES_SECONDS, signingDate: now },
  );
  const pairs = Object.entries({
    ...query,
    ...(sessionToken !== undefined && { 'X-Amz-Security-Token': sessionToken }),
  }).map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(String(value))}`);
  const scheme = endpoint.protocol === 'http:' ? 'ws:' : 'wss:';
  return `${scheme}//${endpoint.host}/mqtt?${pairs.join('&')}`;
}
