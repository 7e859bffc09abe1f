/** One secret of Secrets Manager, read anew at each call. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Credentials, credentials } from './credentials.ts';

/**
 * @param arn of the secret, in the function's own Region
 * @param keys by which it is read; default: the function's own
 * @returns a function that reads its text, and throws when it is refused, unreachable or no text
 */
export function secretReader(
  region: string,
  arn: string,
  keys: () => Promise<Credentials> = async () => credentials(),
): () => Promise<string> {
  const client = new SecretsManagerClient({ region, credentials: keys, maxAttempts: 3 });
  return async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString === undefined) throw new Error('the secret has no text');
    return SecretString;
  };
}
