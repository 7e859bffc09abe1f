/** The private way to Airflow, whole: who comes in, by which endpoint and networks, and the functions behind it. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AirflowGateway as GatewayConfig } from '../../config/options/airflow-gateway.ts';
import type { Config } from '../../config/schema.ts';
import type { Grants } from '../functions/grants.ts';
import type { Identity } from '../identity/user-pool.ts';
import type { Network } from '../network/network.ts';
import { AccessWays } from './access-ways.ts';
import { CallerRoles } from './caller-roles.ts';
import { GatewayEndpoint } from './endpoint.ts';
import { type GatewayFunction, GatewayFunctions } from './gateway-functions.ts';
import { PrivateZone } from './private-zone.ts';
import { GatewayApi } from './rest-api.ts';
import { wordsFor } from './words.ts';

export interface AirflowGatewayProps {
  config: Config;
  airflow: GatewayConfig;
  network: Network;
  grants: Grants;
  identity: Identity;
}

/** Made where the configuration has `airflow`, and only there. docs/airflow-gateway.md */
export class AirflowGateway extends Construct {
  /** For endpoints, alarms and outputs. */
  readonly functions: readonly GatewayFunction[];

  constructor(scope: Construct, id: string, { config, airflow, network, grants, identity }: AirflowGatewayProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    const callers = new CallerRoles(this, 'Callers', config, airflow);
    const names = Object.fromEntries([...callers.roles].map(([name, role]) => [role.roleName, name]));
    const functions = new GatewayFunctions(this, 'Functions', {
      config,
      airflow,
      network,
      grants,
      identity,
      roleNames: Stack.of(this).toJsonString(names),
    });
    this.functions = functions.all();
    const { endpoint } = new GatewayEndpoint(this, 'Endpoint', { network, access: airflow.access });
    const { api } = new GatewayApi(this, 'RestApi', {
      config,
      airflow,
      endpoint,
      authorizer: functions.authorizer.lambda,
      functions: { GET: functions.reader.lambda, POST: functions.starter?.lambda ?? null },
      roles: [...callers.roles.values()],
    });
    callers.permit(api, config.stage);

    const range = config.network.vpc === 'new' ? config.network.cidr : (airflow.vpc_cidr ?? '');
    const ways = new AccessWays(this, 'Ways', { config, network, access: airflow.access, range });
    const host = `${api.restApiId}.execute-api.${region}.amazonaws.com`;
    const zone = airflow.private_zone
      ? new PrivateZone(this, 'Zone', { network, access: airflow.access, host, endpoint })
      : null;
    // The public name of API and endpoint together, which leads to the endpoint's private addresses.
    const address = `https://${api.restApiId}-${endpoint.ref}.execute-api.${region}.amazonaws.com/${config.stage}`;
    output(this, 'AirflowGatewayAddress', address);
    output(
      this,
      'AirflowCallerRoleArns',
      Stack.of(this).toJsonString(Object.fromEntries([...callers.roles].map(([name, role]) => [name, role.roleArn]))),
    );
    for (const entry of airflow.access) {
      const made = ways.made.get(entry.name) ?? { attachmentId: null, peeringId: null, shareArn: null };
      const words = wordsFor(entry, made, {
        address,
        range,
        region,
        host,
        addressOfZone: `https://${host}/${config.stage}`,
        zoneId: zone?.zoneId ?? null,
        resolverEndpointId: zone?.resolverEndpointId ?? null,
      });
      output(this, `AirflowAccess${entry.name.replaceAll('-', '')}`, words);
    }
  }
}

/** Tools look outputs up by these names. */
function output(scope: Construct, name: string, value: string): void {
  new CfnOutput(scope, name, { value }).overrideLogicalId(name);
}
