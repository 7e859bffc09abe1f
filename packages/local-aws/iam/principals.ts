/** Gives each function of the deployment an access key of its own, and tells the authority what its role may do. */
import { randomBytes } from 'node:crypto';
import type { Deployment } from '../cloudformation/deployment.ts';
import { Authority, type Principal } from './iam.ts';

export interface Principals {
  authority: Authority;
  /** By the function's ARN. */
  byFunction: ReadonlyMap<string, Principal>;
}

/** @throws Error when a function's role is not in the template */
export function principalsOf(deployment: Deployment, authority = new Authority()): Principals {
  for (const { service, policies, id } of deployment.endpoints) authority.setEndpointPolicies(service, policies, id);
  const byFunction = new Map<string, Principal>();
  for (const { arn, logName, roleArn, inVpc } of deployment.functions) {
    const role = deployment.roles.get(roleArn);
    if (role === undefined) throw new Error(`the template has no role for the function ${logName}`);
    const principal: Principal = {
      name: logName,
      roleArn,
      policies: role.policies,
      inVpc,
      // The shape of temporary credentials: `ASIA` and 16 of A-Z and 2-7.
      accessKeyId: `ASIA${base32(randomBytes(16))}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
    };
    authority.register(principal);
    byFunction.set(arn, principal);
  }
  return { authority, byFunction };
}

function base32(bytes: Buffer): string {
  return Array.from(bytes, (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');
}
