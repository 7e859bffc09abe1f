/** How many resources a stack has, before CloudFormation counts them. */
import { CfnResource, type Stack } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { ConfigError } from '../config/config-error.ts';

/** CloudFormation User Guide, "Understand CloudFormation quotas": resources of a template, which cannot be raised. */
const MAX_RESOURCES = 500;

/**
 * What grows most with the configuration are the rules that let functions into other teams' security groups: one resource
 * for each pair of group and port. So they are what is named, with both ways to have fewer; a tenant with a role, an agent
 * and an option have resources too.
 *
 * @throws ConfigError where a stack has more: 540 resources of which 140 are such rules must lose 40 of these
 */
export function checkResources(stack: Stack): void {
  const resources = stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
  const rules = resources.filter((resource) => resource instanceof CfnSecurityGroupIngress);
  const tooMany = resources.length - MAX_RESOURCES;
  if (tooMany <= 0) return;
  throw new ConfigError([
    `databases: the stack ${stack.stackName} has ${resources.length} resources and CloudFormation takes ${MAX_RESOURCES}. ` +
      `${rules.length} of them let functions into security groups: ${tooMany} fewer of those with ` +
      'security_group_ingress "owner", servers that share a security group, or fewer tenants, agents or options make room',
  ]);
}
