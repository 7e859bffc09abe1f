/**
 * The costs in docs/deploy.md: how many of each thing there are comes from the synthesised template of the worked example,
 * what one of them costs from `prices.ts`. `npm run generate` writes them.
 */
import { DOCUMENT_PATHS, METRICS } from '../lambdas/contract.ts';
import { costTable, dollars, HOURS, PRICES, toTheCent } from './prices.ts';

/** The least that a configuration takes. */
const ZONES = 2;
/** HTTP APIs publish so many (API Gateway guide, "Monitor CloudWatch metrics for HTTP APIs"). */
const METRICS_OF_A_ROUTE = 6;

/** A resource of a template, as far as its costs depend on it. */
export interface PricedResource {
  Type: string;
  Properties: { Metrics?: { MetricStat?: object }[]; GenerateSecret?: boolean; RouteKey?: string };
}

interface Row {
  what: string;
  /** The sum in words. */
  how: string;
  usd: number;
}

/** Two tables in Markdown: an idle month with its sum, and each million requests. */
export function costTables(resources: Record<string, PricedResource>): string {
  const ofType = (type: string) => Object.values(resources).filter(({ Type }) => Type === type);
  const clients = ofType('AWS::Cognito::UserPoolClient').filter(({ Properties }) => Properties.GenerateSecret).length;
  const idle = idleMonth({
    clients,
    alarms: ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => metricsOf(Properties)),
    // Each route has two routes of the API.
    routes: ofType('AWS::ApiGatewayV2::Route').filter(({ Properties }) => hasMetrics(Properties)).length / 2,
  });
  const million = millionRequests(clients, ofType('AWS::ApiGatewayV2::Route').length);
  const sum = { what: '**sum**', how: '', usd: idle.reduce((total, { usd }) => total + toTheCent(usd), 0) };
  return `${table('each month, idle', [...idle, sum])}\n${table('for each million requests', million)}`;
}

/** All but the open documents, whose function writes no metrics. */
function hasMetrics({ RouteKey = '' }: PricedResource['Properties']): boolean {
  return !Object.values(DOCUMENT_PATHS).some((path) => RouteKey.endsWith(path));
}

/** An alarm that reckons is paid by the metrics that it reckons with. */
function metricsOf({ Metrics = [] }: PricedResource['Properties']): number {
  return Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length || 1;
}

function idleMonth({ clients, alarms, routes }: { clients: number; alarms: number[]; routes: number }): Row[] {
  const watched = alarms.reduce((total, metrics) => total + metrics, 0);
  // All but the age of the keys come from each route; the access log counts what the gateway refused.
  const byRoute = Object.keys(METRICS).length - 1;
  const own = byRoute * routes + 2;
  return [
    {
      what: '`monitoring` interface endpoint (0 where one exists)',
      how: `${ZONES} zones × ${HOURS} h × ${PRICES.endpointHour}`,
      usd: ZONES * HOURS * PRICES.endpointHour,
    },
    { what: 'S3 gateway endpoint, VPC, security groups', how: 'free', usd: 0 },
    {
      what: 'Cognito machine clients',
      how: `${dollars(PRICES.machineClient)} each, ${clients} of them`,
      usd: clients * PRICES.machineClient,
    },
    {
      what: 'alarms',
      how: `${alarms.length} alarms on ${watched} metrics at ${dollars(PRICES.alarmMetric)} a metric`,
      usd: watched * PRICES.alarmMetric,
    },
    {
      what: 'own metrics (EMF)',
      how: `${byRoute} for each of ${routes} routes, the keys' age and refused requests: ${own} at ${dollars(PRICES.metric)}`,
      usd: own * PRICES.metric,
    },
    { what: 'publisher', how: '2,920 runs of 0.5 s at 256 MB', usd: 0.01 },
    { what: 'key bucket and its access log', how: 'some MB, 9,000 writes', usd: 0.05 },
    { what: 'Route 53', how: 'the zone exists', usd: 0 },
  ];
}

function millionRequests(clients: number, routeKeys: number): Row[] {
  const seconds = 150_000;
  return [
    { what: 'HTTP API', how: `1 M × ${PRICES.httpApi} per million`, usd: PRICES.httpApi },
    {
      what: 'Lambda requests and time (ARM64)',
      how: `1 M × ${dollars(PRICES.lambdaRequests)} per million; 150 ms × 512 MB × ${PRICES.lambdaSecond.toFixed(7)} per GB-s`,
      usd: PRICES.lambdaRequests + (seconds / 2) * PRICES.lambdaSecond,
    },
    {
      what: 'Cognito tokens of machine clients',
      how: `one token an hour for each caller: ${clients} × ${HOURS} × ${PRICES.machineTokens} per 1,000. A token for each request would cost ${(1000 * PRICES.machineTokens).toLocaleString('en')}`,
      usd: (clients * HOURS * PRICES.machineTokens) / 1000,
    },
    { what: 'logs', how: `1.5 kB a request in two lines, ${PRICES.logs} per GB`, usd: 1.5 * PRICES.logs },
    {
      what: 'CloudWatch `GetMetricData`',
      how: `every tenth request with 4 metrics at ${PRICES.metricsAsked} per 1,000`,
      usd: 400 * PRICES.metricsAsked,
    },
    {
      what: 'S3 listings',
      how: `depends on the buckets: ${PRICES.listings} per 1,000 pages of 1,000 keys. Here 1,000 listings of a million keys each, and a sixth more for what is asked ahead (docs/figures/listing.md)`,
      usd: 1000 * (7 / 6) * PRICES.listings,
    },
    {
      what: 'detailed metrics of routes',
      how: `${routeKeys} routes (GET and HEAD of ${routeKeys / 2}) × ${METRICS_OF_A_ROUTE} metrics at ${dollars(PRICES.metric)} a month`,
      usd: routeKeys * METRICS_OF_A_ROUTE * PRICES.metric,
    },
    { what: 'traffic out', how: `10 kB a request at ${PRICES.traffic} per GB`, usd: 10 * PRICES.traffic },
  ];
}

function table(title: string, rows: readonly Row[]): string {
  const cells = rows.map(({ what, how, usd }) => [
    what,
    how,
    what.startsWith('**') ? `**${dollars(usd)}**` : dollars(usd),
  ]);
  return costTable([title, 'how it is worked out', 'USD'], cells);
}
