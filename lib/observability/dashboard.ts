/** One page for the stage: what is asked, what fails, what is slow, and what the upstreams are doing. */
import { Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import type { Route } from '../../lambdas/route.ts';
import type { Api } from '../api/http-api.ts';
import { connections, gateway, keysAge, lambda, own } from './metrics.ts';

export interface DashboardProps {
  config: Config;
  api: Api;
  /** Every function, the publisher too; the name is the line's label. */
  functions: { name: string; lambda: IFunction }[];
  routes: readonly Route[];
  /** Their states are the first row. */
  alarms: Alarm[];
}

/** CloudWatch draws 500 metrics in a widget at most; beyond so many lines nobody sees anything. */
const MAX_LINES = 20;

/** `mrt-<stage>-<region>`. Rows go from what callers see to what the functions and their upstreams do. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { config, api, functions, routes, alarms }: DashboardProps) {
    super(scope, id);
    const { stage } = config;
    // A route that reads nothing would be a line at zero.
    const withUpstreams = routes.filter(({ needs }) => needs.length > 0);
    const withDatabase = routes.filter(({ needs }) => needs.includes('database'));
    // Servers behind a proxy or in Aurora have no instance of their own to show.
    const instances = Object.values(config.databases).flatMap(({ instance_identifier }) => instance_identifier ?? []);
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: `mrt-${stage}-${Stack.of(this).region}`,
      widgets: [
        // What is wrong now.
        [
          new TextWidget({ markdown: `# MRT API, stage ${stage}`, width: 6, height: 4 }),
          new AlarmStatusWidget({ title: 'Alarms', alarms, width: 18, height: 4 }),
        ],
        // What callers see.
        [
          graph(
            'Requests',
            routes.map((route) => gateway(api.api, 'Count', 'Sum', route)),
          ),
          graph('Errors', [gateway(api.api, '4xx', 'Sum'), gateway(api.api, '5xx', 'Sum')]),
          graph(
            'Latency p99, ms',
            routes.map((route) => gateway(api.api, 'Latency', 'p99', route)),
          ),
        ],
        // Where the time goes.
        [
          graph(
            'Time in the function p50, ms',
            routes.map((route) => own(stage, 'duration', 'p50', route)),
          ),
          graph(
            'of it waiting for upstreams p50, ms',
            withUpstreams.map((route) => own(stage, 'upstream', 'p50', route)),
          ),
          graph(
            'Upstream throttled',
            withUpstreams.map((route) => own(stage, 'upstreamThrottled', 'Sum', route)),
          ),
        ],
        // What the databases and the reserved concurrency bear.
        [
          graph(
            'Database unavailable',
            withDatabase.map((route) => own(stage, 'databaseUnavailable', 'Sum', route)),
          ),
          graph('Database connections', instances.slice(0, MAX_LINES).map(connections)),
          graph(
            'Instances',
            functions.map(({ name, lambda: fn }) => lambda(fn, 'ConcurrentExecutions', 'Maximum', name)),
          ),
        ],
        // Keys and functions.
        [
          graph('Age of the keys, s', [keysAge(stage)]),
          graph(
            'Throttles',
            functions.map(({ name, lambda: fn }) => lambda(fn, 'Throttles', 'Sum', name)),
          ),
          graph(
            'Function errors',
            functions.map(({ name, lambda: fn }) => lambda(fn, 'Errors', 'Sum', name)),
          ),
        ],
      ],
    });
  }
}

/** A third of a row, from zero up. */
function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}
