/** Signs a call of the Airflow gateway with a role's keys, as `curl --aws-sigv4` does. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** Of a session of a role; `null`: keys without a session, which are a user's. */
export interface RoleKeys {
  access_key_id: string;
  secret_access_key: string;
  session_token: string | null;
}

/** What the signer asks of a hash (smithy, `ChecksumConstructor`), by Node's own. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('a hash is used once');
  }
}

/** The keys of the environment, as AWS's tools read them; `null`: there are none. */
export function roleKeysOf(variables: NodeJS.ProcessEnv): RoleKeys | null {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = variables;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return null;
  return {
    access_key_id: AWS_ACCESS_KEY_ID,
    secret_access_key: AWS_SECRET_ACCESS_KEY,
    session_token: AWS_SESSION_TOKEN || null,
  };
}

/** Headers that let a call in. @param region of the gateway */
export async function signatureOf(
  url: URL,
  { method, body }: { method: string; body: string | undefined },
  keys: RoleKeys,
  region: string,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    sha256: Sha256,
    credentials: {
      accessKeyId: keys.access_key_id,
      secretAccessKey: keys.secret_access_key,
      ...(keys.session_token !== null && { sessionToken: keys.session_token }),
    },
  });
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
    ...(body !== undefined && { body }),
  });
  const { host: _, ...signed } = headers;
  return signed;
}
