/** The agent's role: what it may read in its account, and nothing that it could change. */
import { type IPrincipal, PolicyDocument, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import type { Need } from '../../lambdas/contract.ts';
import { routes } from '../../lambdas/routes.ts';
import { boundedPolicies } from '../permissions/bounded-policy.ts';
import { ACTIONS_OF_NEED, declareActions } from '../permissions/declared-actions.ts';
import { needStatements } from '../permissions/need-statements.ts';

export interface AgentRoleProps {
  /** Name of the agent. */
  name: string;
  /** Its configuration as that of a stage. */
  stage: Config;
  assumedBy: IPrincipal;
  /** Beside what the environments need: its secret. */
  own: PolicyStatement[];
}

/** What the routes about environments need, as far as the configuration has something for it. */
export function agentNeeds(): Need[] {
  return [...new Set(routes.filter(({ environment }) => environment).flatMap(({ needs }) => needs))];
}

export function agentRole(scope: Construct, { name, stage, assumedBy, own }: AgentRoleProps): Role {
  const needs = agentNeeds().filter((need) => needStatements(need, stage).length > 0);
  const role = new Role(scope, 'Role', {
    description: `MRT agent ${name}: reads the environments of this account`,
    assumedBy,
    inlinePolicies: { own: new PolicyDocument({ statements: own }) },
    managedPolicies: needs.flatMap((need) =>
      boundedPolicies(scope, need, `MRT agent: ${need}`, needStatements(need, stage)),
    ),
  });
  const ofNeeds = needs.map((need) => ACTIONS_OF_NEED[need]);
  declareActions(role, {
    named: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', ...ofNeeds.flatMap(({ named }) => named)],
    everything: ofNeeds.flatMap(({ everything }) => everything ?? []),
  });
  return role;
}
