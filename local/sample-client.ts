/** The machine clients of the configuration by their names there: the template has ids only. */

import type { DeployedFunction } from '@mrt/local-aws/cloudformation/deployed-functions.ts';
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import type { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import { z } from 'zod';
import { withinReach } from '../config/options/airflow-environments.ts';
import type { Config } from '../config/schema.ts';
import { VARIABLES } from '../lambdas/contract.ts';
import type { ClientCredentials } from './endpoints-file.ts';

/** The client of `config/local.json` that has every scope. */
export const SAMPLE_CLIENT = 'sample-client';

const Names = z.record(z.string(), z.string());

/** Names by client id, as the functions are told them. */
function clientNames(functions: readonly DeployedFunction[]): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const { variables } of functions) {
    Object.assign(names, Names.parse(JSON.parse(variables[VARIABLES.clients] ?? '{}')));
  }
  return names;
}

/** @throws Error when the configuration has no client of this name */
export function clientIdOf({ functions }: Deployment, name: string): string {
  const id = Object.entries(clientNames(functions)).find(([, own]) => own === name)?.[0];
  if (id === undefined) throw new Error(`the configuration has no machine client ${name}`);
  return id;
}

/**
 * What `endpoints.json` says of the clients: the sample one, or in a configuration without it the first one; and people's.
 *
 * @throws Error when the configuration has no machine client
 */
export function sampleCredentials({ pool }: TokenEndpoint, { functions }: Deployment) {
  const names = clientNames(functions);
  const machines = pool.clients.filter((client) => client.hasSecret);
  const client = machines.find(({ id }) => names[id] === SAMPLE_CLIENT) ?? machines[0];
  if (client === undefined) throw new Error('the configuration has no machine client');
  const people = pool.clients.find(({ flows }) => flows.includes('code'));
  return {
    client_id: client.id,
    client_secret: pool.secretOf(client) ?? '',
    people_client_id: people?.id ?? null,
  };
}

/** Every machine client by its name in the configuration, each with an environment that it may read. */
export function machineClients(
  { pool }: TokenEndpoint,
  { functions }: Deployment,
  config: Config,
): Record<string, ClientCredentials> {
  const names = clientNames(functions);
  return Object.fromEntries(
    pool.clients.flatMap((client) => {
      const name = names[client.id];
      const client_secret = pool.secretOf(client);
      if (name === undefined || client_secret === undefined) return [];
      return [[name, { client_id: client.id, client_secret, environment: firstEnvironment(config, name) }]];
    }),
  );
}

/** The first that its entry selects: of its own tenant's, whatever a pattern says, and for the operator of all. */
function firstEnvironment(config: Config, client: string): string {
  const selectors = config.callers.clients[client]?.environments ?? [];
  const readable = withinReach(config, 'clients', client, selectors);
  return mainEnvironment({
    environments: Object.fromEntries(Object.entries(config.environments).filter(([name]) => readable.includes(name))),
  });
}

/** The environment that an example is about: the shop's, where the configuration has it. */
export function mainEnvironment({ environments }: Pick<Config, 'environments'>): string {
  return Object.hasOwn(environments, 'shop-prod') ? 'shop-prod' : (Object.keys(environments)[0] ?? '');
}
