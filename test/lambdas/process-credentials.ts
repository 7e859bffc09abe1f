import type { Principal } from '@mrt/local-aws/iam/iam.ts';

/** Puts a principal's keys, the Region and further variables into the environment; gives what puts it back. */
export function actAs(who: Principal, variables: Record<string, string>): () => void {
  const wanted = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: who.accessKeyId,
    AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
    AWS_SESSION_TOKEN: who.sessionToken,
    ...variables,
  };
  const before = Object.keys(wanted).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, wanted);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
