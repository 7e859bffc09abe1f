/** Gives each function of the deployment temporary credentials of its execution role, as Lambda does when it starts one. */
import type { Deployment } from '../cloudformation/deployment.ts';
import type { Iam, Principal } from './iam.ts';
import { temporaryKeys } from './temporary-keys.ts';

/** The caller that each function is to AWS, by the function's ARN. */
export type FunctionPrincipals = ReadonlyMap<string, Principal>;

/**
 * Tells IAM of every function's role and of the VPC endpoints' policies.
 *
 * @throws Error when a function's role is not in the template, or a policy has something that the check does not know
 */
export function assumeExecutionRoles(deployment: Deployment, iam: Iam): FunctionPrincipals {
  for (const { service, policies, id } of deployment.vpcEndpoints) iam.setVpcEndpointPolicy(service, policies, id);
  const principals = new Map<string, Principal>();
  for (const { arn, logName, roleArn, inVpc } of deployment.functions) {
    const role = deployment.roles.get(roleArn);
    if (role === undefined) throw new Error(`the template has no role for the function ${logName}`);
    const principal: Principal = {
      name: logName,
      roleArn,
      policies: role.policies,
      tags: role.tags,
      inVpc,
      ...temporaryKeys(),
    };
    iam.register(principal);
    principals.set(arn, principal);
  }
  return principals;
}
