/** What there is to see: the gateway's, Lambda's and the API's own metrics, by route. */

import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { CANARY_METRIC, METRIC_NAMESPACE, METRICS, RECORD_METRICS } from '../../lambdas/contract.ts';
import { heartbeatMetric } from '../../lambdas/relay/names.ts';
import type { Route } from '../../lambdas/route.ts';

/** Most alarms look at five minutes: shorter windows hold too few requests of an operator's API. */
export const PERIOD = Duration.minutes(5);

/**
 * A metric of the HTTP API; with a route, of its GET, which needs the stage's detailed metrics. HEAD is counted apart.
 * Names and dimensions: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html. A metric
 * with other dimensions does not exist: an alarm on it stays silent for ever, and a widget empty.
 */
export function gateway(api: HttpApi, metricName: string, statistic: string, route?: Route): Metric {
  return new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    statistic,
    period: PERIOD,
    dimensionsMap: {
      ApiId: api.apiId,
      Stage: '$default',
      ...(route && { Method: 'GET', Resource: route.path }),
    },
    ...(route && { label: route.name }),
  });
}

/** A metric that the functions write themselves, in their log lines (CloudWatch Logs, "Embedded metric format"). */
export function own(stage: string, name: keyof typeof METRICS, statistic: string, route: Route): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: METRICS[name],
    statistic,
    period: PERIOD,
    dimensionsMap: { stage, route: route.name },
    label: route.name,
  });
}

/** Seconds since Cognito's keys were last published. */
export function keysAge(stage: string): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: METRICS.keysAge,
    statistic: 'Maximum',
    period: Duration.minutes(15),
    dimensionsMap: { stage },
  });
}

/** How many questions of the canary failed, of each of its runs. */
export function canaryFailed(stage: string, minutes: number): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: CANARY_METRIC,
    statistic: 'Maximum',
    period: Duration.minutes(minutes),
    dimensionsMap: { stage },
  });
}

/** A metric of the recorder. Its period is a whole number of minutes, as CloudWatch wants it. */
export function recordMetric(stage: string, name: keyof typeof RECORD_METRICS, every_minutes: number): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: RECORD_METRICS[name],
    statistic: 'Maximum',
    period: Duration.minutes(every_minutes),
    dimensionsMap: { stage },
  });
}

/** Heartbeats of an agent in five minutes: five of them, when all is well. */
export function heartbeats(stage: string, agent: string): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: heartbeatMetric(stage, agent),
    statistic: 'Sum',
    period: Duration.minutes(5),
  });
}

/** Lambda's own metric of one function. */
export function lambda(fn: IFunction, metricName: string, statistic: string, label: string): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    statistic,
    period: PERIOD,
    dimensionsMap: { FunctionName: fn.functionName },
    label,
  });
}

/** Open connections of a database instance, everybody's: ours are only a part of them. */
export function connections(instance: string): Metric {
  return new Metric({
    namespace: 'AWS/RDS',
    metricName: 'DatabaseConnections',
    statistic: 'Maximum',
    period: PERIOD,
    dimensionsMap: { DBInstanceIdentifier: instance },
    label: instance,
  });
}

/** An HTTP API has no metric of its own for 429; its access log has. */
export function refusedByGateway(accessLog: LogGroup, stage: string): Metric {
  const metricName = `gateway_refused_${stage}`;
  accessLog.addMetricFilter('Refused', {
    filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
    metricNamespace: METRIC_NAMESPACE,
    metricName,
    metricValue: '1',
    defaultValue: 0,
  });
  return new Metric({ namespace: METRIC_NAMESPACE, metricName, statistic: 'Sum', period: PERIOD });
}
