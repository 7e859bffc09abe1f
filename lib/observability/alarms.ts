/** When somebody must look. Each alarm has a heading of its name in docs/runbook.md; a test holds that. */
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import type { Route } from '../../lambdas/route.ts';
import type { Api } from '../api/http-api.ts';
import { canaryFailed, heartbeats, keysAge, lambda, own, recordMetric, refusedByGateway } from './metrics.ts';
import { MIN_REQUESTS_OF_AN_HOUR, serverErrors, serverErrorsOfAnHour, slowest, typicalOfAnHour } from './rates.ts';

/** Milliseconds; the gateway gives up at 30,000. */
const SLOW_MS = 10_000;
/** Three periods of five minutes within an hour, not one after the other: on quiet days requests are far apart. */
const THREE_IN_AN_HOUR = { periods: 3, within: 12 };

/** Above every value: such an alarm goes off for want of data alone. */
const NEVER = 1_000_000_000;

/** When an alarm goes off, and what it says then. */
interface Condition {
  /** Name of the route or function, where each has an alarm of its own. Default: one alarm for the stage. */
  part?: string;
  /** The first sentence that people read. */
  what: string;
  metric: IMetric;
  /** It goes off above this value, not at it. */
  above: number;
  /** So many periods of the metric must be above. */
  periods: number;
  /** Out of the last so many. Default: one after the other. A period without data is not above. */
  within?: number;
  /** What it means when there is no data. Default: nobody asked, so all is well. */
  silence?: TreatMissingData;
}

export interface AlarmsProps {
  /** Stage, who is told, and where the runbook is read. */
  config: Config;
  api: Api;
  /** Every function, the publisher too. */
  functions: { name: string; lambda: IFunction }[];
  routes: readonly Route[];
}

/** Every alarm of the stage, and the topic that all of them go to. */
export class Alarms extends Construct {
  readonly alarms: Alarm[] = [];
  /** Tells the addresses of the configuration, when something goes wrong and when it is over. */
  readonly topic: Topic;
  readonly #config: Config;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#config = props.config;
    this.topic = new Topic(this, 'Topic', { displayName: `MRT API, stage ${props.config.stage}`, enforceSSL: true });
    this.topic.addToResourcePolicy(publishing(this.topic, props.config.account));
    for (const address of props.config.observability.alarm_emails) {
      this.topic.addSubscription(new EmailSubscription(address));
    }
    this.#gatewayAlarms(props);
    this.#functionAlarms(props);
    this.#upstreamAlarms(props);
    this.#recordAlarms(props.config);
    this.#agentAlarms(props.config);
  }

  /** What callers see: failed and slow answers, by the gateway's own figures. */
  #gatewayAlarms({ api, routes }: AlarmsProps): void {
    this.#alarm('Server errors', {
      what: 'More than 5 % of the requests were answered with a 5xx.',
      metric: serverErrors(api.api),
      above: 5,
      periods: 3,
    });
    this.#alarm('Server errors', {
      part: 'quiet hours',
      what: `Of an hour's requests ${MIN_REQUESTS_OF_AN_HOUR} or more, and more than 5 %, were answered with a 5xx.`,
      metric: serverErrorsOfAnHour(api.api),
      above: 5,
      periods: 1,
    });
    // A listing may take its whole budget; that is no fault.
    const lists = ({ needs }: Route) => needs.includes('bucket_listing') || needs.includes('file_listing');
    for (const route of routes.filter((route) => !lists(route))) {
      this.#alarm('Slow answers', {
        part: route.name,
        what: `One in a hundred answers of ${route.path} took more than ${SLOW_MS / 1000} s.`,
        metric: slowest(api.api, route),
        above: SLOW_MS,
        periods: 3,
      });
      this.#alarm('Slow answers', {
        part: `${route.name} in quiet hours`,
        what: `Half of an hour's answers of ${route.path} took more than ${SLOW_MS / 1000} s.`,
        metric: typicalOfAnHour(api.api, route),
        above: SLOW_MS,
        periods: 1,
      });
    }
  }

  /** What Lambda sees: refusals for want of an instance, crashes, and a publisher that is silent. */
  #functionAlarms({ functions, api }: AlarmsProps): void {
    const refused = { what: 'Requests were refused: too many at once.', above: 10, periods: 3 };
    this.#alarm('Throttling', { ...refused, part: 'api', metric: refusedByGateway(api.accessLog, this.#config.stage) });
    for (const { name, lambda: fn } of functions) {
      this.#alarm('Throttling', { ...refused, part: name, metric: lambda(fn, 'Throttles', 'Sum', name) });
      this.#alarm('Function errors', {
        part: name,
        what: 'The function crashed, timed out or could not start.',
        metric: lambda(fn, 'Errors', 'Sum', name),
        above: 0,
        periods: 1,
      });
    }
    this.#alarm('Keys are old', {
      what: 'The publisher has not written for an hour. After a day nobody can be let in.',
      metric: keysAge(this.#config.stage),
      above: 3600,
      periods: 4,
      silence: TreatMissingData.BREACHING,
    });
    const { canary, stage } = this.#config;
    if (canary === undefined) return;
    this.#alarm('Canary fails', {
      what: 'The API did not answer the canary as it must, or nothing is heard of it.',
      metric: canaryFailed(stage, canary.every_minutes),
      above: 0,
      periods: 3,
      silence: TreatMissingData.BREACHING,
    });
  }

  /** What the recorder says of itself. A run that fails says nothing, and is as a run that never began. */
  #recordAlarms({ stage, recording }: Config): void {
    if (recording === 'off') return;
    const { every_minutes } = recording;
    this.#alarm('Record is old', {
      what: `No run of the recorder has ended for ${2 * every_minutes} minutes: the fleet and /metrics show older figures.`,
      metric: recordMetric(stage, 'age', every_minutes),
      above: 3 * every_minutes * 60,
      periods: 2,
      silence: TreatMissingData.BREACHING,
    });
    this.#alarm('Record is not whole', {
      what: 'Runs of the recorder end before all environments had their turn.',
      metric: recordMetric(stage, 'unrecorded', every_minutes),
      above: 0,
      periods: 3,
    });
  }

  /** Each heartbeat is one, so the metric is never above: what counts is that there is a point at all. */
  #agentAlarms({ stage, agents }: Config): void {
    for (const agent of Object.keys(agents?.names ?? {})) {
      this.#alarm('Agent is away', {
        part: agent,
        what: 'For a quarter of an hour nothing was heard of the agent; its environments answer agent-unreachable.',
        metric: heartbeats(stage, agent),
        above: NEVER,
        periods: 3,
        silence: TreatMissingData.BREACHING,
      });
    }
  }

  /** What the functions see of databases, S3 and CloudWatch, by the metrics that they write themselves. */
  #upstreamAlarms({ routes }: AlarmsProps): void {
    const { stage } = this.#config;
    for (const route of routes.filter(({ needs }) => needs.length > 0)) {
      if (route.needs.includes('database')) {
        this.#alarm('Database unavailable', {
          part: route.name,
          what: 'A Mendix database refused or did not answer; the log line names the server and the reason.',
          metric: own(stage, 'databaseUnavailable', 'Sum', route),
          above: 0,
          ...THREE_IN_AN_HOUR,
        });
      }
      this.#alarm('Upstream throttled', {
        part: route.name,
        what: 'S3 or CloudWatch asked the API to slow down.',
        metric: own(stage, 'upstreamThrottled', 'Sum', route),
        // Answers that a later try made good are among these.
        above: 5,
        ...THREE_IN_AN_HOUR,
      });
      this.#alarm('Parts of answers fail', {
        part: route.name,
        what: 'Answers lack rows or parts that an upstream refused; the log line names source and reason of each.',
        metric: own(stage, 'partFaults', 'Sum', route),
        above: 0,
        ...THREE_IN_AN_HOUR,
      });
    }
  }

  /**
   * `Throttling` with the part `users` is the alarm `mrt-prod: Throttling: users`, explained at `#throttling`.
   *
   * @param heading in docs/runbook.md, and with `part` the alarm's name
   */
  #alarm(
    heading: string,
    { part, what, metric, above, periods, within = periods, silence = TreatMissingData.NOT_BREACHING }: Condition,
  ): void {
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
