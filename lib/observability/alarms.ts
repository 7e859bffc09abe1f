/** When somebody must look. Each alarm has a heading of its name in docs/runbook.md; a test holds that. */
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import type { Condition } from './condition.ts';
import { agentConditions, canaryConditions, recordConditions } from './option-conditions.ts';
import { functionConditions, gatewayConditions, upstreamConditions, type Watched } from './stage-conditions.ts';

/** A period without data: nobody asked, so all is well. */
const QUIET = TreatMissingData.NOT_BREACHING;

/** Every alarm of the stage, and the topic that all of them go to. */
export class Alarms extends Construct {
  readonly alarms: Alarm[] = [];
  /** Tells the addresses of the configuration, when something goes wrong and when it is over. */
  readonly topic: Topic;
  readonly #config: Config;

  constructor(scope: Construct, id: string, props: Watched) {
    super(scope, id);
    this.#config = props.config;
    this.topic = new Topic(this, 'Topic', { displayName: `MRT API, stage ${props.config.stage}`, enforceSSL: true });
    this.topic.addToResourcePolicy(publishing(this.topic, props.config.account));
    for (const address of props.config.observability.alarm_emails) {
      this.topic.addSubscription(new EmailSubscription(address));
    }
    const { config } = props;
    for (const condition of [
      ...gatewayConditions(props),
      ...functionConditions(props),
      ...canaryConditions(config),
      ...upstreamConditions(props),
      ...recordConditions(config),
      ...agentConditions(config),
    ]) {
      this.#alarm(condition);
    }
  }

  /** `Throttling` with the part `users` is the alarm `mrt-prod: Throttling: users`, explained at `#throttling`. */
  #alarm({ heading, part, what, metric, above, periods, within = periods, silence = QUIET }: Condition): void {
    const anchor = heading.toLowerCase().replaceAll(' ', '-');
    const runbook = this.#config.observability.runbook_url ?? 'docs/runbook.md';
    const alarm = new Alarm(this, [anchor, ...(part ? [part.replaceAll(' ', '-')] : [])].join('-'), {
      alarmName: [`mrt-${this.#config.stage}`, heading, part].filter((word) => word !== undefined).join(': '),
      alarmDescription: `${what} ${runbook}#${anchor}`,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: within,
      ...(within !== periods && { datapointsToAlarm: periods }),
      treatMissingData: silence,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
  }
}

/**
 * Lets alarms of this account publish. A topic's policy replaces the one that SNS would give it, under which everything
 * of the owner's account may; without this no alarm tells anybody (CloudWatch guide, "Notifying users on alarm changes").
 */
function publishing(topic: Topic, account: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'AlarmsOfThisAccount',
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': account } },
  });
}
