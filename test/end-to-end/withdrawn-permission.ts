/** Takes one permission out of a role or an endpoint policy of the running system, and puts it back. */
import type { Principal } from '@mrt/local-aws/iam/iam.ts';
import type { PolicyDocument, Statement } from '@mrt/local-aws/iam/policy.ts';
import type { VpcEndpointService } from '@mrt/local-aws/iam/vpc-endpoints.ts';
import type { System } from '../../local/system.ts';

const list = <T>(one: T | readonly T[] | undefined): readonly T[] =>
  one === undefined ? [] : Array.isArray(one) ? one : [one as T];

export function roleOf(system: System, route: string): Principal {
  const found = [...system.principals.values()].find(({ name }) => name === route);
  if (found === undefined) throw new Error(`no function ${route}`);
  return found;
}

/** Every action that the documents allow. */
export function allowedActions(policies: readonly PolicyDocument[]): string[] {
  const allowing = policies
    .flatMap(({ Statement }) => list<Statement>(Statement))
    .filter(({ Effect }) => Effect === 'Allow');
  return [...new Set(allowing.flatMap(({ Action }) => list<string>(Action)))];
}

function without(policies: readonly PolicyDocument[], action: string): PolicyDocument[] {
  return policies.map((policy) => ({
    ...policy,
    Statement: list<Statement>(policy.Statement)
      .map((statement) => ({ ...statement, Action: list<string>(statement.Action).filter((one) => one !== action) }))
      .filter(({ Action }) => Action.length > 0),
  }));
}

/** @returns puts the permission back */
export function withdrawFromRole(system: System, route: string, action: string): () => void {
  const principal = roleOf(system, route);
  const { policies } = principal;
  principal.policies = without(policies, action);
  return () => {
    principal.policies = policies;
  };
}

/** @returns puts the permission back */
export function withdrawFromEndpoint(system: System, service: VpcEndpointService, action: string): () => void {
  const endpoint = system.deployment.vpcEndpoints.find((one) => one.service === service);
  if (endpoint === undefined) throw new Error(`no endpoint for ${service}`);
  const { policies, id } = endpoint;
  system.iam.setVpcEndpointPolicy(service, without(policies, action), id);
  return () => system.iam.setVpcEndpointPolicy(service, policies, id);
}
