/** Where clients come in: the HTTP API with the console beside it, and the private Airflow gateway; and what they are told. */
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import type { Config } from '../config/schema.ts';
import { type AirflowGateway, startAirflowGateway } from './airflow/airflow-gateway.ts';
import { gatewayCallers } from './airflow/gateway-callers.ts';
import { LocalConsole } from './console/console.ts';
import type { DeployedStack } from './deploy.ts';
import type { Endpoints } from './endpoints-file.ts';
import { startGateway } from './gateway.ts';
import type { Run } from './run/run.ts';
import { machineClients, mainEnvironment, sampleCredentials } from './sample-client.ts';

export interface EntrancesOptions {
  /** Of the API; 0 is a free one. */
  port: number;
  config: Config;
  iam: Iam;
  stack: DeployedStack;
  run: Run;
}

/** What is open. */
export interface Entrances {
  /** `null`: nobody could sign in. */
  site: LocalConsole | null;
  /** `null`: the stack has none. */
  airflowGateway: AirflowGateway | null;
  /** All that a script needs to come in. */
  endpoints: Omit<Endpoints, 'postgres'>;
}

/** From now on requests are answered. @throws Error when the port is taken, or the configuration has no machine client */
export async function openEntrances({ port, config, iam, stack, run }: EntrancesOptions): Promise<Entrances> {
  const { deployment, functions, services } = stack;
  const { cognito, storage } = services;
  const credentials = sampleCredentials(cognito, deployment);
  const { people_client_id } = credentials;
  const site = people_client_id === null ? null : new LocalConsole(cognito, people_client_id, config.stage);
  const apiPort = await startGateway({ port, config, deployment, functions, cognito, site, run });
  const airflowGateway = await startAirflowGateway({ deployment, iam, functions, run });
  const endpoints = {
    api: `http://127.0.0.1:${apiPort}`,
    token_endpoint: `${cognito.address}/oauth2/token`,
    ...credentials,
    clients: machineClients(cognito, deployment, config),
    issuer: cognito.signer.issuer,
    console: site?.openAt(apiPort) ?? null,
    ...storage.addresses,
    environment: mainEnvironment(config),
    airflow_gateway: airflowGateway?.address ?? null,
    ...(airflowGateway !== null && { airflow_callers: airflowCallers(config, iam, stack) }),
  };
  return { site, airflowGateway, endpoints };
}

/** Who may come in at the Airflow gateway: pipelines with an id token, and servers with a role. */
function airflowCallers(config: Config, iam: Iam, { deployment, services }: DeployedStack) {
  const { issuers, sts } = services;
  return {
    id_tokens: Object.fromEntries([...issuers.byName].map(([name, { address }]) => [name, `${address}/id_token`])),
    roles: gatewayCallers(config, deployment, iam),
    sts: sts?.address.origin ?? null,
  };
}
