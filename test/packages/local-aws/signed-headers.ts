/** A request's SigV4 headers, by the SDK's own signer. */
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../../lambdas/upstreams/s3/signed-https.ts';

export interface ToBeSigned {
  method: string;
  /** With its port. */
  host: string;
  /** With its query. */
  path: string;
  body: string;
  keys: { access_key_id: string; secret_access_key: string; session_token: string };
  service?: string;
  region?: string;
  /** Further ones that are signed with it. */
  headers?: Record<string, string>;
  /** When it is signed. Default: now. */
  at?: Date;
}

/** For the service `execute-api`, unless told another. */
export async function signedHeaders(request: ToBeSigned): Promise<Record<string, string>> {
  const { method, host, path, body, keys, service = 'execute-api', region = 'eu-west-1', at = new Date() } = request;
  const [pathname = '', search = ''] = path.split(/\?(.*)/s);
  const signer = new SignatureV4({
    service,
    region,
    sha256: Sha256,
    applyChecksum: true,
    credentials: {
      accessKeyId: keys.access_key_id,
      secretAccessKey: keys.secret_access_key,
      sessionToken: keys.session_token,
    },
  });
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: host,
      path: pathname,
      query: Object.fromEntries(new URLSearchParams(search)),
      headers: { host, ...request.headers },
      body,
    },
    { signingDate: at },
  );
  return signed.headers;
}
