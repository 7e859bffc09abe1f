/** The function that hands audit lines on, and the subscriptions of the functions' log groups that bring them to it. */
import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnSubscriptionFilter, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { BUNDLE_FILES } from '../../lambdas/contract.ts';
import { bundle, FUNCTION_DEFAULTS } from '../functions/bundle.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import { declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';

/** Audit lines and nothing else (CloudWatch Logs guide, "Filter pattern syntax"). */
const AUDIT_LINES = '{ $.event = "mrt.audit" }';

export interface AuditForwarderProps {
  config: Config;
  forwarding: NonNullable<Config['audit_forwarding']>;
  /** Of the functions that write audit lines, by route. */
  logGroups: { name: string; logGroup: LogGroup }[];
}

/** Outside the VPC: it takes lines of logs, and reads no data of an environment. */
export class AuditForwarder extends Construct {
  readonly role: Role;
  readonly lambda: NodejsFunction;

  constructor(scope: Construct, id: string, { config, forwarding, logGroups }: AuditForwarderProps) {
    super(scope, id);
    const { stage, account, region } = config;
    const own = new LogGroup(this, 'Log', logGroupProps(this, config));
    const handOn =
      forwarding.to === 'security_hub'
        ? new PolicyStatement({
            actions: ['securityhub:BatchImportFindings'],
            resources: [`arn:aws:securityhub:${region}:${account}:product/${account}/default`],
          })
        : new PolicyStatement({ actions: ['events:PutEvents'], resources: [forwarding.to] });
    this.role = new Role(this, 'Role', {
      description: `MRT API, stage ${stage}: hands audit lines on`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: new PolicyDocument({ statements: [writeLines(own), handOn] }) },
    });
    declareActions(this.role, { named: [...LOG_ACTIONS, ...handOn.actions] });
    this.lambda = new NodejsFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${stage}: audit lines to ${forwarding.to === 'security_hub' ? 'Security Hub' : 'an event bus'}`,
      code: bundle('audit_forwarder/handler.ts', config, {
        [BUNDLE_FILES.settings]: JSON.stringify({ stage, account, to: forwarding.to }),
      }),
      role: this.role,
      logGroup: own,
      memorySize: 256,
      timeout: Duration.minutes(1),
    });
    // One for all: a permission each would be as many resources more. The log groups of a stack begin with its name.
    const permission = new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: this.lambda.functionArn,
      principal: 'logs.amazonaws.com',
      sourceArn: `arn:aws:logs:${region}:${account}:log-group:${Stack.of(this).stackName}-*`,
      sourceAccount: account,
    });
    for (const { name, logGroup } of logGroups) {
      const filter = new CfnSubscriptionFilter(this, `Subscription-${name}`, {
        logGroupName: logGroup.logGroupName,
        filterPattern: AUDIT_LINES,
        destinationArn: this.lambda.functionArn,
      });
      // CloudWatch Logs tries the function when the filter is made.
      filter.addResourceDependency(permission);
    }
  }
}
