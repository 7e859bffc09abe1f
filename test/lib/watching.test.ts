/** An alarm is worth something when its metric exists and its action arrives: both are walked as AWS would. */
import { describe, expect, test } from 'vitest';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS, RECORD_METRICS } from '../../lambdas/contract.ts';
import { configFile, list, type Properties, type Statement, templateOf } from './template.ts';

interface Metric {
  namespace: string;
  name: string;
  dimensions: Record<string, unknown>;
}

/** What the services publish: names, and the sets of dimensions under which. */
const PUBLISHED: Record<string, { source: string; names: string[]; dimensions: string[][] }> = {
  'AWS/ApiGateway': {
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html',
    names: ['4xx', '5xx', 'Count', 'IntegrationLatency', 'Latency', 'DataProcessed'],
    dimensions: [['ApiId'], ['ApiId', 'Stage'], ['ApiId', 'Method', 'Resource', 'Stage']],
  },
  'AWS/Lambda': {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    names: ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'],
    dimensions: [['FunctionName']],
  },
  'AWS/RDS': {
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html',
    names: ['DatabaseConnections', 'FreeStorageSpace'],
    dimensions: [['DBInstanceIdentifier']],
  },
  [METRIC_NAMESPACE]: {
    source: 'lambdas/contract.ts, and the metric filter of the access log',
    names: [...Object.values(METRICS), ...Object.values(RECORD_METRICS), 'gateway_refused_prod', 'gateway_refused_dev'],
    dimensions: [[...METRIC_DIMENSIONS.function], [...METRIC_DIMENSIONS.publisher], []],
  },
};

describe.each(['example', 'example-new'] as const)('of %s', (name) => {
  const template = templateOf(configFile(name));
  const alarms = template.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const watched = [...alarms.flatMap(metricsOfAlarm), ...metricsOfDashboard()];

  function metricsOfDashboard(): Metric[] {
    const [, { Properties }] = template.only('AWS::CloudWatch::Dashboard');
    const parts: unknown[] = Properties['DashboardBody']['Fn::Join'][1];
    const text = parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
    const { widgets } = JSON.parse(text) as { widgets: { properties: { metrics?: unknown[][] } }[] };
    return widgets.flatMap(({ properties }) => (properties.metrics ?? []).map(metricOfWidget));
  }

  test('every metric that an alarm or the dashboard names is published, with those dimensions', () => {
    expect(watched.length).toBeGreaterThan(alarms.length);
    const unknown = watched.filter(({ namespace, name: metric, dimensions }) => {
      const service = PUBLISHED[namespace];
      const named = Object.keys(dimensions);
      const isPublished = service?.dimensions.some(
        (set) => set.length === named.length && set.every((dimension) => named.includes(dimension)),
      );
      return !service?.names.includes(metric) || !isPublished;
    });
    expect(unknown).toEqual([]);
  });

  test('a metric of a route is that of a GET that the API has, in the stage that it has', () => {
    const routeKeys = template.ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey']);
    const [, stage] = template.only('AWS::ApiGatewayV2::Stage');
    const ofRoutes = watched.filter(({ dimensions }) => dimensions['Resource'] !== undefined);
    expect(ofRoutes.length).toBeGreaterThan(5);
    for (const { dimensions } of ofRoutes) {
      expect(routeKeys).toContain(`${dimensions['Method']} ${dimensions['Resource']}`);
      expect(dimensions['Stage']).toBe(stage.Properties['StageName']);
    }
    expect(stage.Properties['DefaultRouteSettings']['DetailedMetricsEnabled']).toBe(true);
  });

  test('each action of each alarm goes to a topic that lets CloudWatch publish for this account, and nobody without TLS', () => {
    const topics = new Set(alarms.flatMap(({ AlarmActions, OKActions }) => [...AlarmActions, ...OKActions]));
    expect(topics.size).toBeGreaterThan(0);
    for (const { Ref: topic } of topics as Set<{ Ref: string }>) {
      expect(template.resources[topic]?.Type).toBe('AWS::SNS::Topic');
      const statements: Statement[] = template
        .ofType('AWS::SNS::TopicPolicy')
        .filter(([, { Properties }]) => Properties['Topics'].some((one: Properties) => one['Ref'] === topic))
        .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement);
      const allows = statements.filter(({ Effect }) => Effect === 'Allow');
      expect(allows).toEqual([
        expect.objectContaining({
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Resource: { Ref: topic },
          Condition: { StringEquals: { 'aws:SourceAccount': configFile(name).account } },
        }),
      ]);
      // A refusal would win: the only one there is lets TLS through, which is how AWS's services call.
      for (const { Condition } of statements.filter(({ Effect }) => Effect === 'Deny')) {
        expect(Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
      }
    }
  });
});

/** Those of a plain alarm, and of one that reckons with several. */
function metricsOfAlarm({ Namespace, MetricName, Dimensions, Metrics = [] }: Properties): Metric[] {
  const own = MetricName === undefined ? [] : [{ Namespace, MetricName, Dimensions }];
  const parts = Metrics.flatMap(({ MetricStat }: Properties) => MetricStat?.Metric ?? []);
  return [...own, ...parts].map((metric) => ({
    namespace: metric.Namespace,
    name: metric.MetricName,
    dimensions: Object.fromEntries(list(metric.Dimensions ?? []).map(({ Name, Value }: Properties) => [Name, Value])),
  }));
}

/** `["AWS/Lambda", "Errors", "FunctionName", "f", { "stat": "Sum" }]`. */
function metricOfWidget(row: unknown[]): Metric {
  const [namespace, name, ...pairs] = row.filter((cell) => typeof cell === 'string');
  const dimensions: Record<string, string> = {};
  for (let index = 0; index < pairs.length; index += 2) dimensions[pairs[index] ?? ''] = pairs[index + 1] ?? '';
  return { namespace: namespace ?? '', name: name ?? '', dimensions };
}
