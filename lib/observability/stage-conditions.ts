/** What every stage is watched for: the gateway's figures, the functions', and what they say of their upstreams. */
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Config } from '../../config/schema.ts';
import type { Route } from '../../lambdas/route.ts';
import type { Api } from '../api/http-api.ts';
import type { Condition } from './condition.ts';
import { keysAge, lambda, own, refusedByGateway } from './metrics.ts';
import { MIN_REQUESTS_OF_AN_HOUR, serverErrors, serverErrorsOfAnHour, slowest, typicalOfAnHour } from './rates.ts';

/** Milliseconds; the gateway gives up at 30,000. */
const SLOW_MS = 10_000;
/** Three periods of five minutes within an hour, not one after the other: on quiet days requests are far apart. */
const THREE_IN_AN_HOUR = { periods: 3, within: 12 };

/** What of a stage is watched. */
export interface Watched {
  /** Stage, who is told, and where the runbook is read. */
  config: Config;
  api: Api;
  /** Every function, the publisher too. */
  functions: { name: string; lambda: IFunction }[];
  routes: readonly Route[];
}

/** What callers see: failed and slow answers, by the gateway's own figures. */
export function gatewayConditions({ api, routes }: Watched): Condition[] {
  const conditions: Condition[] = [];
  conditions.push({
    heading: 'Server errors',
    what: 'More than 5 % of the requests were answered with a 5xx.',
    metric: serverErrors(api.api),
    above: 5,
    periods: 3,
  });
  conditions.push({
    heading: 'Server errors',
    part: 'quiet hours',
    what: `Of an hour's requests ${MIN_REQUESTS_OF_AN_HOUR} or more, and more than 5 %, were answered with a 5xx.`,
    metric: serverErrorsOfAnHour(api.api),
    above: 5,
    periods: 1,
  });
  // A listing may take its whole budget; that is no fault.
  const lists = ({ needs }: Route) => needs.includes('bucket_listing') || needs.includes('file_listing');
  for (const route of routes.filter((route) => !lists(route))) {
    conditions.push({
      heading: 'Slow answers',
      part: route.name,
      what: `One in a hundred answers of ${route.path} took more than ${SLOW_MS / 1000} s.`,
      metric: slowest(api.api, route),
      above: SLOW_MS,
      periods: 3,
    });
    conditions.push({
      heading: 'Slow answers',
      part: `${route.name} in quiet hours`,
      what: `Half of an hour's answers of ${route.path} took more than ${SLOW_MS / 1000} s.`,
      metric: typicalOfAnHour(api.api, route),
      above: SLOW_MS,
      periods: 1,
    });
  }
  return conditions;
}

/** What Lambda sees: refusals for want of an instance, crashes, and a publisher that is silent. */
export function functionConditions({ functions, api, config: { stage } }: Watched): Condition[] {
  const conditions: Condition[] = [];
  const refused = { what: 'Requests were refused: too many at once.', above: 10, periods: 3 };
  conditions.push({ heading: 'Throttling', ...refused, part: 'api', metric: refusedByGateway(api.accessLog, stage) });
  for (const { name, lambda: fn } of functions) {
    conditions.push({ heading: 'Throttling', ...refused, part: name, metric: lambda(fn, 'Throttles', 'Sum', name) });
    conditions.push({
      heading: 'Function errors',
      part: name,
      what: 'The function crashed, timed out or could not start.',
      metric: lambda(fn, 'Errors', 'Sum', name),
      above: 0,
      periods: 1,
    });
  }
  conditions.push({
    heading: 'Keys are old',
    what: 'The publisher has not written for an hour. After a day nobody can be let in.',
    metric: keysAge(stage),
    above: 3600,
    periods: 4,
    silence: TreatMissingData.BREACHING,
  });
  return conditions;
}

/** What the functions see of databases, S3 and CloudWatch, by the metrics that they write themselves. */
export function upstreamConditions({ routes, config: { stage } }: Watched): Condition[] {
  const conditions: Condition[] = [];
  for (const route of routes.filter(({ needs }) => needs.length > 0)) {
    if (route.needs.includes('database')) {
      conditions.push({
        heading: 'Database unavailable',
        part: route.name,
        what: 'A Mendix database refused or did not answer; the log line names the server and the reason.',
        metric: own(stage, 'databaseUnavailable', 'Sum', route),
        above: 0,
        ...THREE_IN_AN_HOUR,
      });
    }
    conditions.push({
      heading: 'Upstream throttled',
      part: route.name,
      what: 'S3 or CloudWatch asked the API to slow down.',
      metric: own(stage, 'upstreamThrottled', 'Sum', route),
      // Answers that a later try made good are among these.
      above: 5,
      ...THREE_IN_AN_HOUR,
    });
    conditions.push({
      heading: 'Parts of answers fail',
      part: route.name,
      what: 'Answers lack rows or parts that an upstream refused; the log line names source and reason of each.',
      metric: own(stage, 'partFaults', 'Sum', route),
      above: 0,
      ...THREE_IN_AN_HOUR,
    });
  }
  return conditions;
}
