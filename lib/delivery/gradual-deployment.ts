/**
 * Requests move to a new version of a function step by step, and back when one of its alarms goes off: CodeDeploy, led by
 * CloudFormation's update of the alias (CloudFormation guide, "UpdatePolicy attribute", CodeDeployLambdaAliasUpdate).
 */
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnApplication, CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import { STRATEGIES } from '../../config/options/delivery.ts';
import type { Config } from '../../config/schema.ts';
import type { Route } from '../../lambdas/route.ts';
import { ALIAS, aliasOf } from '../functions/live-version.ts';
import type { RouteFunction } from '../functions/route-function.ts';
import { declareActions } from '../permissions/declared-actions.ts';

/**
 * Alarms that a fault of the new version sets off, by the first part of their ids. A database or an upstream that is down
 * is no reason to take a version back, and would stop every deployment that might help.
 */
const ROLL_BACK_ALARMS = ['function-errors', 'slow-answers'];

export interface GradualDeploymentProps {
  config: Config;
  delivery: NonNullable<Config['delivery']>;
  /** The function of each route, each with its alias. */
  functions: { route: Route; function: RouteFunction }[];
  /** All of the stage; each function takes those of its route. */
  alarms: readonly Alarm[];
}

/** CodeDeploy's application with a group for each function, and the role that may move the aliases and nothing else. */
export class GradualDeployment extends Construct {
  /** @throws ConfigError when `provisioned_concurrency` names a route that is not there */
  constructor(scope: Construct, id: string, { config, delivery, functions, alarms }: GradualDeploymentProps) {
    super(scope, id);
    for (const name of Object.keys(delivery.provisioned_concurrency ?? {})) {
      if (!functions.some(({ route }) => route.name === name)) {
        throw new ConfigError([`delivery.provisioned_concurrency.${name}: there is no such route`]);
      }
    }
    const application = new CfnApplication(this, 'Application', { computePlatform: 'Lambda' });
    const role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: moves requests to new versions`,
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      inlinePolicies: { own: movingAliases(functions.map((each) => each.function)) },
    });
    declareActions(role, {
      named: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
      everything: ['cloudwatch:DescribeAlarms'],
    });
    for (const { route, function: fn } of functions) {
      const group = new CfnDeploymentGroup(this, `Group-${route.name}`, {
        applicationName: application.ref,
        serviceRoleArn: role.roleArn,
        deploymentConfigName: `CodeDeployDefault.Lambda${STRATEGIES[delivery.strategy]}`,
        deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
        autoRollbackConfiguration: {
          enabled: true,
          events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
        alarmConfiguration: {
          enabled: true,
          alarms: alarms.filter((alarm) => isOf(alarm, route)).map(({ alarmName }) => ({ name: alarmName })),
        },
      });
      const alias = aliasOf(fn.target);
      if (alias === null) throw new Error(`the function of ${route.name} has no alias`);
      alias.cfnOptions.updatePolicy = {
        codeDeployLambdaAliasUpdate: { applicationName: application.ref, deploymentGroupName: group.ref },
      };
    }
  }
}

/** `slow-answers-users` is the route's where its name is `users`. */
function isOf({ node }: Alarm, { name }: Route): boolean {
  return ROLL_BACK_ALARMS.some((kind) => node.id === `${kind}-${name}`);
}

/**
 * What AWSCodeDeployRoleForLambdaLimited allows on every function, on these only: without hooks CodeDeploy invokes nothing
 * (CodeDeploy guide, "AWS managed policies"). DescribeAlarms knows no single alarm by its name alone.
 */
function movingAliases(functions: RouteFunction[]): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
        // By name and not by reference: the alias waits for its group, and the group for this role.
        resources: functions.flatMap(({ lambda }) => [lambda.functionArn, `${lambda.functionArn}:${ALIAS}`]),
      }),
      new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
    ],
  });
}
