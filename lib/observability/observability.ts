/** Dashboard and alarms of the stage. */
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import type { Route } from '../../lambdas/route.ts';
import type { Api } from '../api/http-api.ts';
import type { RouteFunction } from '../functions/route-function.ts';
import { Alarms } from './alarms.ts';
import { Dashboard } from './dashboard.ts';

export interface ObservabilityProps {
  config: Config;
  /** Its own metrics, and those that are counted in its access log. */
  api: Api;
  /** Functions without a route, the publisher first: all that can happen to a function can happen to them. */
  others: { name: string; lambda: IFunction }[];
  /** The function of each route, in the order of the route table. */
  functions: { route: Route; function: RouteFunction }[];
}

/** Alarms with the topic that they go to, and one dashboard. */
export class Observability extends Construct {
  /** Every alarm of the stage. */
  readonly alarms: Alarm[];
  /** Where all of them go. */
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { config, api, others, functions }: ObservabilityProps) {
    super(scope, id);
    const watched = [...functions.map(({ route, function: { lambda } }) => ({ name: route.name, lambda })), ...others];
    const routes = functions.map(({ route }) => route);
    const { alarms, topic } = new Alarms(this, 'Alarms', { config, api, functions: watched, routes });
    this.alarms = alarms;
    this.topic = topic;
    new Dashboard(this, 'Dashboard', { config, api, functions: watched, routes, alarms });
  }
}
