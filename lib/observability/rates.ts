/**
 * What callers see, as rates that mean something: by five minutes where many ask, by the hour where few do. One slow or failed
 * request alone is never one.
 */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Route } from '../../lambdas/route.ts';
import { gateway, PERIOD } from './metrics.ts';

/** Of five minutes: below so many one slow or failed request would be a rate. */
const MIN_REQUESTS = 20;
/** Of an hour: so many failed, or answered, are no accident any more. */
export const MIN_REQUESTS_OF_AN_HOUR = 3;
/** The expression's period is that of its metrics too. */
const HOUR = Duration.hours(1);

/** Percent of the requests of five minutes; 0 below 20 of them. */
export function serverErrors(api: HttpApi): MathExpression {
  return new MathExpression({
    expression: `IF(requests >= ${MIN_REQUESTS}, 100 * errors / requests, 0)`,
    usingMetrics: errorsAndRequests(api),
    label: '5xx, percent',
    period: PERIOD,
  });
}

/** Percent of the requests of an hour; 0 below 3 failed ones. */
export function serverErrorsOfAnHour(api: HttpApi): MathExpression {
  return new MathExpression({
    expression: `IF(errors >= ${MIN_REQUESTS_OF_AN_HOUR}, 100 * errors / requests, 0)`,
    usingMetrics: errorsAndRequests(api),
    label: '5xx, percent of an hour',
    period: HOUR,
  });
}

/** Milliseconds that one in a hundred answers of five minutes took at least; 0 below 20 of them. */
export function slowest(api: HttpApi, route: Route): MathExpression {
  return latency(api, route, { percentile: 'p99', requests: MIN_REQUESTS, period: PERIOD });
}

/** Milliseconds that half of the answers of an hour took at least; 0 below 3 of them. */
export function typicalOfAnHour(api: HttpApi, route: Route): MathExpression {
  return latency(api, route, { percentile: 'p50', requests: MIN_REQUESTS_OF_AN_HOUR, period: HOUR });
}

function latency(
  api: HttpApi,
  route: Route,
  { percentile, requests, period }: { percentile: 'p50' | 'p99'; requests: number; period: Duration },
): MathExpression {
  return new MathExpression({
    expression: `IF(requests >= ${requests}, latency, 0)`,
    usingMetrics: {
      latency: gateway(api, 'Latency', percentile, route),
      requests: gateway(api, 'Count', 'Sum', route),
    },
    label: `${percentile}, milliseconds`,
    period,
  });
}

function errorsAndRequests(api: HttpApi) {
  return { errors: gateway(api, '5xx', 'Sum'), requests: gateway(api, 'Count', 'Sum') };
}
