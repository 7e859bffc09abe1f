/**
 * The IAM token that logs in to RDS in place of a password: AWS's own signer, loaded beside the first connection
 * (docs/decisions/signed-https.md). Signing is local, no call to AWS.
 */
import { Signer } from '@aws-sdk/rds-signer';
import type { Context } from '../../context.ts';
import type { Database } from '../../environment-settings.ts';
import { requiredVariable } from '../../required-variable.ts';
import { credentialsOf } from '../reader-credentials.ts';

/**
 * A token for exactly this host, port and user: RDS refuses one for an alias of the host. RDS takes it for 15 minutes,
 * and looks at it at login only, so an open connection outlives it.
 * Source: Amazon RDS User Guide, "Connecting to your DB instance using IAM authentication".
 *
 * @throws Error when Lambda's variables (Region, keys) are missing
 */
export async function databaseToken(
  { host, port, user, reader }: Pick<Database, 'host' | 'port' | 'user' | 'reader'>,
  context: Context,
): Promise<string> {
  const region = requiredVariable(process.env, 'AWS_REGION');
  const signer = new Signer({
    hostname: host,
    port,
    username: user,
    region,
    credentials: await credentialsOf(reader, context),
  });
  return signer.getAuthToken();
}
