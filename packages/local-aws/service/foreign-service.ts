/**
 * Passes a request on to a foreign service (moto, MinIO, AWS itself): what the function signed for us
 * is signed again with the foreign endpoint's keys, and the answer is streamed back.
 */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';

/** A service that stands in place of ours, and the keys that it knows. */
export interface ForeignService {
  /** Base address, as in the SDKs’ `AWS_ENDPOINT_URL_…`. */
  address: URL;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | null;
}

/**
 * The foreign service that an SDK variable names, with the keys that stand beside it; `null` without one.
 *
 * @param variable `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL_CLOUDWATCH`
 */
export function foreignService(
  variable: 'AWS_ENDPOINT_URL_S3' | 'AWS_ENDPOINT_URL_CLOUDWATCH',
  environment: NodeJS.ProcessEnv,
): ForeignService | null {
  const address = environment[variable];
  if (!address) return null;
  if (!URL.canParse(address)) throw new Error(`${variable} is not an address: ${address}`);
  return {
    address: new URL(address),
    // Emulators take any key.
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] || 'local',
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] || 'local',
    sessionToken: environment['AWS_SESSION_TOKEN'] || null,
  };
}

/** Headers that mean something to the foreign service; those of the old signature and the connection stay here. */
const PASSED =
  /^(accept|content-type|content-md5|range|if-.*|x-amz-(?!date$|security-token$|content-sha256$|user-agent$).*)$/;

const TIMEOUT_MS = 30_000;

/**
 * @param body already read and checked
 * @throws Error when the foreign service cannot be reached; nothing has been written to `response` then
 */
export async function forward(
  request: IncomingMessage,
  body: Uint8Array,
  response: ServerResponse,
  to: ForeignService,
  scope: { service: string; region: string },
): Promise<void> {
  const [path = '/', ...rest] = (request.url ?? '/').split('?');
  // A `+` in a query is a space, which signers write as %20; in a path it is itself.
  const query = rest.join('?').replaceAll('+', '%20');
  const headers: Record<string, string> = { host: to.address.host };
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && PASSED.test(name)) headers[name] = value;
  }
  if (body.length > 0) headers['content-length'] = String(body.length);
  const { accessKeyId, secretAccessKey, sessionToken } = to;
  const signer = new SignatureV4({
    ...scope,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
    sha256: Sha256,
    uriEscapePath: scope.service !== 's3',
  });
  const method = request.method ?? 'GET';
  const signed = await signer.sign({
    method,
    headers,
    body,
    protocol: to.address.protocol,
    hostname: to.address.hostname,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
  });
  const send = to.address.protocol === 'https:' ? httpsRequest : httpRequest;
  await new Promise<void>((resolve, reject) => {
    const sent = send(to.address, {
      method,
      headers: signed.headers,
      path: query === '' ? path : `${path}?${query}`,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    sent.once('error', (cause) => (response.headersSent ? resolve(void response.destroy(cause)) : reject(cause)));
    sent.once('response', (answer) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      answer.pipe(response);
      // An answer cut short there is cut short here, never made to look whole.
      answer.once('close', () => resolve(answer.complete ? undefined : void response.destroy()));
    });
    response.once('close', () => sent.destroy());
    sent.end(body);
  });
}

/** SHA-256 in the shape that the signer wants. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function bytes(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}
