/**
 * Agents of other accounts, as IoT Core knows them: a thing each, its certificates by their requests, and a policy with the
 * least topics. With X.509 these policies decide and IAM does not (AWS IoT Core developer guide, "Authorization").
 */
import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  CfnCertificate,
  CfnLogging,
  CfnPolicy,
  CfnPolicyPrincipalAttachment,
  CfnThing,
  CfnThingPrincipalAttachment,
  CfnTopicRule,
} from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { METRIC_NAMESPACE } from '../../lambdas/contract.ts';
import { heartbeatMetric, relayClientPrefix, thingName } from '../../lambdas/relay/names.ts';
import { heartbeatTopic, requestTopic } from '../../lambdas/relay/topics.ts';
import { routes } from '../../lambdas/routes.ts';
import type { Network } from '../network/network.ts';
import { declareActions } from '../permissions/declared-actions.ts';
import { BrokerAccess } from './broker-access.ts';
import { requireServedOffers } from './offered-routes.ts';

type AgentsConfig = NonNullable<Config['agents']>;

/** What IoT Core's log role may do (AWS IoT Core developer guide, "Configure AWS IoT logging"). */
const LOGGING_ACTIONS = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'logs:PutMetricFilter',
  'logs:PutRetentionPolicy',
];

/** What the rule that counts heartbeats may do. */
const RULE_ACTION = 'cloudwatch:PutMetricData';

/** Things, certificates, policies, the count of heartbeats and the log. */
export class Agents extends Construct {
  constructor(scope: Construct, id: string, { config, agents }: { config: Config; agents: AgentsConfig }) {
    super(scope, id);
    for (const [name, { certificates }] of Object.entries(agents.names)) {
      const place = new Construct(this, name);
      const thing = new CfnThing(place, 'Thing', { thingName: thingName(name) });
      const policy = new CfnPolicy(place, 'Policy', {
        policyName: `mrt-${config.stage}-agent-${name}`,
        policyDocument: { Version: '2012-10-17', Statement: agentStatements(name, config.stage, Stack.of(this)) },
      });
      for (const [label, { request, status }] of Object.entries(certificates)) {
        const certificate = new CfnCertificate(place, `Certificate-${label}`, {
          certificateSigningRequest: request,
          status,
        });
        new CfnThingPrincipalAttachment(place, `Thing-${label}`, {
          thingName: thing.ref,
          principal: certificate.attrArn,
        });
        new CfnPolicyPrincipalAttachment(place, `Policy-${label}`, {
          policyName: policy.ref,
          principal: certificate.attrArn,
        });
      }
    }
    this.#count(config, Object.keys(agents.names));
    if (agents.logging === 'create') this.#log(config);
  }

  /** Each heartbeat is a point of a metric: an alarm goes off when none comes. */
  #count({ stage }: Config, names: readonly string[]): void {
    const role = new Role(this, 'RuleRole', {
      description: 'IoT Core counts the heartbeats of the agents',
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
      inlinePolicies: {
        own: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: [RULE_ACTION],
              // Knows no resources (Service Authorization Reference, "Actions … for Amazon CloudWatch").
              resources: ['*'],
              conditions: { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } },
            }),
          ],
        }),
      },
    });
    declareActions(role, { named: [], everything: [RULE_ACTION] });
    for (const name of names) {
      new CfnTopicRule(this, `Heartbeats-${name}`, {
        // Of letters, digits and underscores.
        ruleName: `mrt_${stage}_agent_${name}`.replaceAll('-', '_'),
        topicRulePayload: {
          description: `MRT API, stage ${stage}: heartbeats of the agent ${name}`,
          awsIotSqlVersion: '2016-03-23',
          sql: `SELECT data.state FROM '${heartbeatTopic(name)}' WHERE data.state = 'here'`,
          actions: [
            {
              cloudwatchMetric: {
                metricNamespace: METRIC_NAMESPACE,
                // The action knows no dimensions.
                metricName: heartbeatMetric(stage, name),
                metricUnit: 'Count',
                metricValue: '1',
                roleArn: role.roleArn,
              },
            },
          ],
        },
      });
    }
  }

  /** Who connected, and who was refused what: one setting an account and Region. */
  #log({ account }: Config): void {
    const role = new Role(this, 'LogRole', {
      description: 'IoT Core writes its log',
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
      inlinePolicies: {
        own: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: LOGGING_ACTIONS,
              resources: [`arn:aws:logs:${Stack.of(this).region}:${account}:log-group:AWSIotLogsV2*`],
            }),
          ],
        }),
      },
    });
    declareActions(role, { named: LOGGING_ACTIONS });
    new CfnLogging(this, 'Logging', { accountId: account, defaultLogLevel: 'WARN', roleArn: role.roleArn });
  }
}

/**
 * What the certificate of an agent may do. Each action on its own topics: with `…/consumers/depot/*` for all of them an agent
 * could forge requests to itself. `+` is no wildcard in a policy, and `*` is.
 */
export function agentStatements(name: string, stage: string, { region, account }: Pick<Stack, 'region' | 'account'>) {
  const arn = (resource: string) => `arn:aws:iot:${region}:${account}:${resource}`;
  const heartbeats = arn(`topic/${heartbeatTopic(name)}`);
  const answers = arn(`topic/${heartbeatTopic(name)}/${relayClientPrefix(stage)}*`);
  return [
    {
      Effect: 'Allow',
      Action: 'iot:Connect',
      Resource: arn(`client/${thingName(name)}`),
      // The id is the thing's name, and the certificate must be the thing's: another agent's cannot throw this one out.
      Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } },
    },
    { Effect: 'Allow', Action: 'iot:Publish', Resource: [answers, heartbeats] },
    { Effect: 'Allow', Action: 'iot:RetainPublish', Resource: heartbeats },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn(`topicfilter/${requestTopic(name)}`) },
    { Effect: 'Allow', Action: 'iot:Receive', Resource: arn(`topic/${requestTopic(name)}`) },
  ];
}

/**
 * What `agents` brings to the stack; the way of the functions to them, or `null` without them.
 *
 * @throws ConfigError where an environment is said to offer what no agent serves
 */
export function agentsOf(scope: Construct, config: Config, network: Network): BrokerAccess | null {
  const { agents } = config;
  if (agents === undefined) return null;
  requireServedOffers(config.environments, routes);
  new Agents(scope, 'Agents', { config, agents });
  return new BrokerAccess(scope, 'Broker', { agents, network });
}
