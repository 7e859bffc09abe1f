/** Keys for the roles that come in by signatures: what an instance gets of its profile, and what another account has of its own. */
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import { temporaryKeys } from '@mrt/local-aws/iam/temporary-keys.ts';
import type { Config } from '../../config/schema.ts';
import { GATEWAY_VARIABLES } from '../../lambdas/airflow_gateway/settings.ts';

/** As AWS's tools call them. */
export interface AccessKeys {
  access_key_id: string;
  secret_access_key: string;
  session_token: string;
}

/** How one role comes in. */
export interface GatewayCaller {
  role_arn: string;
  /** Of the role itself; or with `assumes` of the other account's role, which takes it first. `null`: with `federated`. */
  keys: AccessKeys | null;
  /** What the other account's role must say to take it; `null`: it is no other account's. */
  assumes: { account: string; external_id: string | null } | null;
  /** Whose id token takes it; `null`: nobody's. */
  federated: { issuer: string; audience: string; subjects: string[] } | null;
}

/** The session of an instance, as its profile names it. */
const INSTANCE = 'i-0123456789abcdef0';

/** Registers a principal for each role of the configuration, by its name there; none without a gateway. */
export function gatewayCallers({ airflow }: Config, deployment: Deployment, iam: Iam): Record<string, GatewayCaller> {
  if (airflow === undefined) return {};
  const arns = roleArns(deployment);
  const callers: Record<string, GatewayCaller> = {};
  for (const [name, role] of Object.entries(airflow.roles)) {
    const arn = arns.get(name);
    const deployed = deployment.roles.get(arn ?? '');
    if (arn === undefined || deployed === undefined) continue;
    if (role.trust === 'gitlab') {
      callers[name] = { role_arn: arn, keys: null, assumes: null, federated: federated(role, airflow.issuers) };
      continue;
    }
    const keys = temporaryKeys();
    const shared = { name: INSTANCE, inVpc: false, ...keys };
    if (role.trust === 'account') {
      iam.register({
        ...shared,
        roleArn: `arn:aws:iam::${role.account}:role/${role.role_names[0]}`,
        // What their administrator must allow, and nothing else.
        policies: [{ Statement: { Effect: 'Allow', Action: actionsOf(role), Resource: arn } }],
      });
    } else {
      iam.register({ ...shared, roleArn: arn, policies: deployed.policies });
    }
    callers[name] = {
      role_arn: arn,
      keys: {
        access_key_id: keys.accessKeyId,
        secret_access_key: keys.secretAccessKey,
        session_token: keys.sessionToken,
      },
      assumes: role.trust === 'account' ? { account: role.account, external_id: role.external_id ?? null } : null,
      federated: null,
    };
  }
  return callers;
}

/** What a job's token must say: the role's trust policy asks the same of it. */
function federated(
  { issuer, project_path, branches }: { issuer: string; project_path: string; branches: string[] },
  issuers: NonNullable<Config['airflow']>['issuers'],
): GatewayCaller['federated'] {
  const subjects = branches.map((branch) => `project_path:${project_path}:ref_type:branch:ref:${branch}`);
  return { issuer, audience: issuers[issuer]?.audience ?? '', subjects };
}

/** Both sides must allow the same: the role's trust and the taker's own policy. */
function actionsOf({ session_tags }: { session_tags: boolean }): string[] {
  return ['sts:AssumeRole', ...(session_tags ? ['sts:TagSession'] : [])];
}

/** ARNs of the roles by their names in the configuration, as the functions are told of them. */
function roleArns({ functions, roles }: Deployment): Map<string, string> {
  const names = functions.map(({ variables }) => variables[GATEWAY_VARIABLES.roles]).find(Boolean) ?? '{}';
  const byRole = JSON.parse(names) as Record<string, string>;
  return new Map(
    [...roles.keys()].flatMap((arn) => {
      const name = byRole[arn.split('/').at(-1) ?? ''];
      return name === undefined ? [] : [[name, arn] as const];
    }),
  );
}
