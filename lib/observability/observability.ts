/** Dashboard and alarms of the stage. */
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import type { Route } from '../../lambdas/route.ts';
import type { Api } from '../api/http-api.ts';
import type { RouteFunction } from '../functions/route-function.ts';
import type { Publisher } from '../identity/publisher.ts';
import { Alarms } from './alarms.ts';
import { Dashboard } from './dashboard.ts';

interface ObservabilityProps {
  config: Config;
  api: Api;
  publisher: Publisher;
  functions: { route: Route; function: RouteFunction }[];
}

export class Observability extends Construct {
  constructor(scope: Construct, id: string, { config, api, publisher, functions }: ObservabilityProps) {
    super(scope, id);
    const all = [
      ...functions.map(({ route, function: { lambda } }) => ({ name: route.name, lambda })),
      { name: 'publisher', lambda: publisher.lambda },
    ];
    const routes = functions.map(({ route }) => route);
    const { alarms } = new Alarms(this, 'Alarms', { config, api, functions: all, routes });
    new Dashboard(this, 'Dashboard', { config, api, functions: all, routes, alarms });
  }
}
