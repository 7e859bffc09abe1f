import { describe, expect, test } from 'vitest';
import { services } from '../../agent/services.ts';
import { ConfigError } from '../../config/config-error.ts';
import { parseConfig } from '../../config/read.ts';
import { isServedByAgents } from '../../lambdas/relay/served-routes.ts';
import { routes } from '../../lambdas/routes.ts';
import { requireServedOffers } from '../../lib/agents/offered-routes.ts';
import { settingsOf } from '../../lib/functions/settings.ts';
import { configFile } from '../lib/template.ts';

const config = parseConfig(configFile('example-options'));
const [[name, environment]] = Object.entries(config.environments).filter(([, { agent }]) => agent !== undefined) as [
  [string, (typeof config.environments)[string]],
];
const offering = (offers: string[] | undefined) => ({ ...config.environments, [name]: { ...environment, offers } });

describe('what an environment with an agent offers', () => {
  test('an agent has a service for each route that it is said to serve, and for no other', () => {
    expect(new Set(services.keys())).toEqual(new Set(routes.filter(isServedByAgents).map((route) => route.name)));
  });

  test('left out, all of these, and no Airflow even where others have one', () => {
    const settings = settingsOf({ needs: [] }, { ...config, environments: offering(undefined) }, routes);
    expect(new Set(settings.environments[name]?.offers)).toEqual(new Set(services.keys()));
    expect(settings.environments[name]?.offers).not.toContain('airflow_health');
  });

  test.each(['airflow_health', 'user', 'environments'])(
    '%s is refused, with its path and the names there are',
    (route) => {
      const refused = () => requireServedOffers(offering(['users', route]), routes);
      expect(refused).toThrow(ConfigError);
      expect(refused).toThrow(`environments.${name}.offers.1: agents serve no ${route}, but bucket_size, `);
    },
  );

  test('names of routes that agents serve pass', () => {
    expect(() => requireServedOffers(offering(['users', 'storage_audit']), routes)).not.toThrow();
  });
});
