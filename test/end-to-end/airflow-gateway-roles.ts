/** Sessions of the gateway's roles, as others take them at the local STS. */
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/nested-clients/sts';
import type { AccessKeys, GatewayCaller } from '../../local/airflow/gateway-callers.ts';
import type { System } from '../../local/system.ts';

const REGION = 'eu-west-1';

function callerOf({ endpoints }: System, name: string): { sts: string; caller: GatewayCaller } {
  const caller = endpoints.airflow_callers?.roles[name];
  if (caller === undefined) throw new Error(`no role ${name} comes in at the gateway`);
  return { sts: endpoints.airflow_callers?.sts ?? '', caller };
}

/** What an instance gets of its profile. */
export function instanceKeys(system: System, name: string): AccessKeys {
  return callerOf(system, name).caller.keys as AccessKeys;
}

/**
 * The session that another account's role takes, with the external id that is configured unless `changes` has another.
 *
 * @throws the STS's refusal
 */
export async function keysOfOtherAccount(
  system: System,
  name: string,
  changes: { ExternalId?: string | undefined; Tags?: { Key: string; Value: string }[] } = {},
): Promise<AccessKeys> {
  const { sts, caller } = callerOf(system, name);
  const { access_key_id, secret_access_key, session_token } = caller.keys as AccessKeys;
  const client = new STSClient({
    endpoint: sts,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: session_token },
  });
  const { Credentials } = await client.send(
    new AssumeRoleCommand({
      RoleArn: caller.role_arn,
      RoleSessionName: 'cross-account-mwaa-session',
      ExternalId: caller.assumes?.external_id ?? undefined,
      ...changes,
    }),
  );
  return written(Credentials);
}

/**
 * The session that a job takes with its id token. No key comes into it.
 *
 * @throws the STS's refusal
 */
export async function keysOfJob(system: System, name: string, idToken: string): Promise<AccessKeys> {
  const { sts, caller } = callerOf(system, name);
  const client = new STSClient({
    endpoint: sts,
    region: REGION,
    maxAttempts: 1,
    credentials: async () => ({ accessKeyId: '', secretAccessKey: '' }),
  });
  const { Credentials } = await client.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: caller.role_arn,
      RoleSessionName: 'gitlab-job-42',
      WebIdentityToken: idToken,
    }),
  );
  return written(Credentials);
}

type Issued = {
  AccessKeyId?: string | undefined;
  SecretAccessKey?: string | undefined;
  SessionToken?: string | undefined;
};

function written(issued: Issued | undefined): AccessKeys {
  return {
    access_key_id: issued?.AccessKeyId ?? '',
    secret_access_key: issued?.SecretAccessKey ?? '',
    session_token: issued?.SessionToken ?? '',
  };
}
