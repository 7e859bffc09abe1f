/** What may come in from the internet at all, before anything of ours is asked. */
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, ResourcePolicy, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';

/** AWS's own lists, in the order in which they are asked (WAF guide, "AWS Managed Rules rule groups list"). */
const MANAGED = [
  { name: 'AWSManagedRulesAmazonIpReputationList', counted: [] },
  // Pages after the first are asked for with a cursor, which may pass the 2,048 bytes that this rule allows.
  { name: 'AWSManagedRulesCommonRuleSet', counted: ['SizeRestrictions_QUERYSTRING'] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', counted: [] },
];

/** Rules by address, by reputation and by content, and a log of every request without its token. */
export class WebAcl extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, config: Config, edge: NonNullable<Config['edge']>) {
    super(scope, id);
    const visibility = (metricName: string) => ({
      metricName,
      cloudWatchMetricsEnabled: true,
      // Samples hold whole requests; the log has them without the token.
      sampledRequestsEnabled: false,
    });
    const acl = new CfnWebACL(this, 'Acl', {
      description: `MRT API, stage ${config.stage}`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(`mrt-${config.stage}`),
      rules: [
        {
          name: 'TooManyOfOneAddress',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: edge.requests_per_5_minutes } },
          visibilityConfig: visibility('TooManyOfOneAddress'),
        },
        ...MANAGED.map(({ name, counted }, index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
          visibilityConfig: visibility(name),
        })),
      ],
    });
    this.arn = acl.attrArn;
    this.#log(config, acl);
  }

  /** WAF takes no group whose name begins otherwise (WAF guide, "Sending web ACL traffic logs to CloudWatch Logs"). */
  #log({ stage, account, observability }: Config, acl: CfnWebACL): void {
    const group = new LogGroup(this, 'Log', {
      logGroupName: `aws-waf-logs-mrt-${stage}`,
      retention: observability.log_retention_days as RetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const policy = new ResourcePolicy(this, 'LogPolicy', {
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [group.logGroupArn],
          conditions: { StringEquals: { 'aws:SourceAccount': account } },
        }),
      ],
    });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      // Without `:*`, which the group's own attribute ends in.
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: group.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }],
    });
    logging.node.addDependency(policy);
  }
}
