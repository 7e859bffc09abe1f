/** When the owner of the account must look: the agent is away, its requests fail, its certificate ends. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { AgentConfig } from '../../config/agent/schema.ts';
import { METRIC_NAMESPACE } from '../../lambdas/contract.ts';

/** Lines of the agent's log that are counted, by the event that they name. */
const EVENTS = {
  refused: 'Requests that the agent refused: a token that is not good here, or an environment that it does not open.',
  'not-connected': 'The agent has no connection to the broker.',
  'certificate-ends': 'The certificate ends within 30 days: renew it (docs/agents.md).',
} as const;

export class AgentAlarms extends Construct {
  constructor(scope: Construct, id: string, { config, logGroup }: { config: AgentConfig; logGroup: LogGroup }) {
    super(scope, id);
    const { name, account, observability } = config;
    const topic = new Topic(this, 'Topic', { displayName: `MRT agent ${name}`, enforceSSL: true });
    // As in a stage: a topic policy of its own replaces the one by which alarms may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    for (const address of observability.alarm_emails) topic.addSubscription(new EmailSubscription(address));
    const alarm = (what: string, metric: IMetric, silence = TreatMissingData.NOT_BREACHING) => {
      const made = new Alarm(this, what.split(':')[0]?.replaceAll(' ', '') ?? what, {
        alarmDescription: what,
        metric,
        threshold: silence === TreatMissingData.BREACHING ? 1 : 0,
        comparisonOperator:
          silence === TreatMissingData.BREACHING
            ? ComparisonOperator.LESS_THAN_THRESHOLD
            : ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 3,
        datapointsToAlarm: silence === TreatMissingData.BREACHING ? 3 : 1,
        treatMissingData: silence,
      });
      made.addAlarmAction(new SnsAction(topic));
      made.addOkAction(new SnsAction(topic));
    };
    for (const [event, what] of Object.entries(EVENTS)) {
      const metricName = `agent_${event.replaceAll('-', '_')}`;
      new MetricFilter(this, `Count-${event}`, {
        logGroup,
        metricNamespace: METRIC_NAMESPACE,
        metricName,
        filterPattern: FilterPattern.stringValue('$.event', '=', `mrt.agent.${event}`),
        metricValue: '1',
      });
      const metric = new Metric({
        namespace: METRIC_NAMESPACE,
        metricName,
        statistic: 'Sum',
        period: Duration.minutes(5),
      });
      alarm(what, metric);
    }
  }
}
