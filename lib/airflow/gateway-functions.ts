/** The gateway's functions: one says whose a token is, one reads Airflows, one starts runs there. Each has its own role. */
import { Duration, Stack } from 'aws-cdk-lib';
import { type ManagedPolicy, PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AirflowGateway } from '../../config/options/airflow-gateway.ts';
import type { Config } from '../../config/schema.ts';
import { GATEWAY_VARIABLES } from '../../lambdas/airflow_gateway/settings.ts';
import { BUNDLE_FILES, type Need, VARIABLES } from '../../lambdas/contract.ts';
import { bundle, FUNCTION_DEFAULTS } from '../functions/bundle.ts';
import { type Grants, INTERFACE_ACTIONS } from '../functions/grants.ts';
import { tagIdentity } from '../functions/identity-tag.ts';
import type { Identity } from '../identity/user-pool.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import type { Network } from '../network/network.ts';
import { ACTIONS_OF_NEED, declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';
import { ASSUME_ACTIONS, readsTenants } from '../permissions/tenant-statements.ts';
import { authorizerSettingsOf, gatewaySettingsOf } from './settings.ts';

export interface GatewayFunctionsProps {
  config: Config;
  airflow: AirflowGateway;
  network: Network;
  grants: Grants;
  identity: Identity;
  /** JSON of names of roles, as AWS has them, to their names in the configuration. */
  roleNames: string;
}

/** A function with its role and what it reads. */
export interface GatewayFunction {
  name: string;
  role: Role;
  lambda: NodejsFunction;
  needs: readonly Need[];
}

/**
 * For an answer to begin 27 s: over InvokeRestApi's 10 s and a session beside it. What is read may then be a log of 200 MB,
 * Lambda's most, of which all after the first 6 MB comes at 2 MB a second (Lambda developer guide, "Bandwidth limits for
 * response streaming"): 97 s.
 */
export const PROXY_TIMEOUTS = { GET: Duration.seconds(125), POST: Duration.seconds(28) };
/** An issuer is waited for 3 s. */
const AUTHORIZER_TIMEOUT = Duration.seconds(10);

/** What it takes to be a caller who may start something. */
export function someoneTriggers({ clients, groups, pipelines, roles }: AirflowGateway): boolean {
  return [clients, groups, pipelines, roles].some((entries) =>
    Object.values(entries).some(({ dags }) => dags.length > 0),
  );
}

/** Authorizer, reader, and the starter of runs where somebody may start any. */
export class GatewayFunctions extends Construct {
  readonly authorizer: GatewayFunction;
  readonly reader: GatewayFunction;
  /** `null`: nobody may start a run. */
  readonly starter: GatewayFunction | null;
  readonly #props: GatewayFunctionsProps;

  constructor(scope: Construct, id: string, props: GatewayFunctionsProps) {
    super(scope, id);
    this.#props = props;
    this.authorizer = this.#authorizer();
    this.reader = this.#proxy('Reader', 'airflow_gateway', 'airflow', 'reads Airflows for callers of the gateway');
    this.starter = someoneTriggers(props.airflow)
      ? this.#proxy('Starter', 'airflow_gateway_trigger', 'airflow_trigger', 'starts runs for callers of the gateway')
      : null;
  }

  /** Those that the stack has, for its alarms and outputs. */
  all(): GatewayFunction[] {
    return [this.authorizer, this.reader, ...(this.starter === null ? [] : [this.starter])];
  }

  /** Outside the VPC, as issuers publish their keys on the internet. It may write its log, and that is all. */
  #authorizer(): GatewayFunction {
    const { config, airflow, identity } = this.#props;
    const place = new Construct(this, 'Authorizer');
    const logGroup = new LogGroup(place, 'Log', logGroupProps(place, config));
    const role = this.#role(place, 'says whose a token is', [writeLines(logGroup)], []);
    declareActions(role, { named: LOG_ACTIONS });
    const names = Object.fromEntries([
      ...[...identity.machines].map(([name, client]) => [client.userPoolClientId, name]),
      ...(identity.people ? [[identity.people.userPoolClientId, 'people']] : []),
    ]);
    const lambda = new NodejsFunction(place, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: Airflow gateway, says whose a token is`,
      code: bundle('airflow_gateway/authorizer.ts', config, {
        [BUNDLE_FILES.settings]: JSON.stringify(authorizerSettingsOf(airflow)),
      }),
      environment: {
        [VARIABLES.userPoolId]: identity.userPool.userPoolId,
        [VARIABLES.clients]: Stack.of(this).toJsonString(names),
      },
      role,
      logGroup,
      memorySize: 512,
      timeout: AUTHORIZER_TIMEOUT,
    });
    return { name: 'airflow_gateway_authorizer', role, lambda, needs: [] };
  }

  /** @param need says as which of Airflow's roles it comes in, and so whether it could start a run */
  #proxy(id: string, name: string, need: Need, does: string): GatewayFunction {
    const { config, airflow, network, grants, roleNames } = this.#props;
    const place = new Construct(this, id);
    const logGroup = new LogGroup(place, 'Log', logGroupProps(place, config));
    const grant = grants.forRoute({ name, needs: [need], scopes: null });
    const role = this.#role(place, does, [writeLines(logGroup), ...grant.statements], grant.managedPolicies);
    declareActions(role, {
      named: [
        ...LOG_ACTIONS,
        ...ACTIONS_OF_NEED[need].named,
        ...(readsTenants({ needs: [need] }, config) ? ASSUME_ACTIONS : []),
      ],
      everything: INTERFACE_ACTIONS,
    });
    tagIdentity(role, { name, needs: [need], config });
    const method = need === 'airflow' ? 'GET' : 'POST';
    const { at_once } = airflow.limits;
    const lambda = new NodejsFunction(place, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: Airflow gateway, ${does}`,
      code: bundle('airflow_gateway/handler.ts', config, {
        [BUNDLE_FILES.settings]: JSON.stringify(gatewaySettingsOf(config, airflow, method)),
      }),
      environment: { ...grant.environment, [GATEWAY_VARIABLES.roles]: roleNames },
      role,
      logGroup,
      memorySize: 512,
      timeout: PROXY_TIMEOUTS[method],
      vpc: network.vpc,
      vpcSubnets: { subnets: network.subnets },
      securityGroups: network.securityGroupsFor({ needs: [need] }),
      ...(at_once !== 'off' && { reservedConcurrentExecutions: at_once }),
    });
    return { name, role, lambda, needs: [need] };
  }

  #role(scope: Construct, does: string, statements: PolicyStatement[], managedPolicies: ManagedPolicy[]): Role {
    return new Role(scope, 'Role', {
      description: `MRT API, stage ${this.#props.config.stage}: Airflow gateway, ${does}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: new PolicyDocument({ statements }) },
      managedPolicies,
    });
  }
}
