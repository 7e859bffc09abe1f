/** The IAM token that logs in to RDS in place of a password. Signing it is local: no call to AWS. */
import { SignatureV4 } from '@smithy/signature-v4';
import type { Database } from '../../contract.ts';
import { credentials, encodeRfc3986, Sha256 } from '../s3/signed-https.ts';

/** RDS takes a token for 15 minutes; it counts at login only. */
const VALID_SECONDS = 900;

/**
 * A presigned `rds-db` address without its scheme, for exactly this host, port and user: RDS refuses a token for an
 * alias of the host. The same text as `@aws-sdk/rds-signer` gives, which a test compares, without its 290 kB.
 * Source: Amazon RDS User Guide, "Connecting to your DB instance using IAM authentication".
 */
export async function databaseToken(database: Pick<Database, 'host' | 'port' | 'user'>, now = new Date()) {
  const region = process.env['AWS_REGION'];
  if (!region) throw new Error('the environment variable AWS_REGION is not set');
  const signer = new SignatureV4({ service: 'rds-db', region, credentials: credentials(), sha256: Sha256 });
  const { hostname, port } = { hostname: database.host, port: database.port };
  const presigned = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      port,
      path: '/',
      query: { Action: 'connect', DBUser: database.user },
      headers: { host: `${hostname}:${port}` },
    },
    { expiresIn: VALID_SECONDS, signingDate: now },
  );
  const query = Object.entries(presigned.query ?? {})
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(String(value))}`)
    .sort();
  return `${hostname}:${port}/?${query.join('&')}`;
}
