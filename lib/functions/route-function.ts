/** One route's Lambda: its bundle with its slice of the configuration, its own role, log group and network. */
import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { BUNDLE_FILES, INVENTORY_NEEDS } from '../../lambdas/contract.ts';
import type { Route } from '../../lambdas/route.ts';
import type { BrokerAccess } from '../agents/broker-access.ts';
import { agentActionsOf, reachesAgents } from '../agents/function-statements.ts';
import { KEY_USE } from '../encryption/given-key.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import type { Network } from '../network/network.ts';
import { ACTIONS_OF_NEED, type DeclaredActions, declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';
import { ASSUME_ACTIONS, readsTenants } from '../permissions/tenant-statements.ts';
import { bundle, FUNCTION_DEFAULTS } from './bundle.ts';
import { instancesOf } from './database-connections.ts';
import { type Grants, INTERFACE_ACTIONS } from './grants.ts';
import { tagIdentity } from './identity-tag.ts';
import { liveVersion } from './live-version.ts';
import { rdsCertificates } from './rds-certificates.ts';
import { settingsOf } from './settings.ts';

/** Under the gateway's 30 s (API Gateway quotas), so that a late answer is ours; a request's deadline is 25 s. */
const TIMEOUT = Duration.seconds(29);

export interface RouteFunctionProps {
  /** Its entry of the route table; `needs` decide rights, network, memory and what of the configuration is bundled. */
  route: Route;
  config: Config;
  /** Where it runs. */
  network: Network;
  /** What it may do. */
  grants: Grants;
  /** The routes of the stage. */
  routes: readonly Route[];
  /** The way to the agents of other accounts; `null`: there are none. */
  broker: BrokerAccess | null;
}

/** The function of one route: no code, role or log group is shared with another. */
export class RouteFunction extends Construct {
  readonly role: Role;
  readonly lambda: NodejsFunction;
  /** What the gateway calls: the function, or with `delivery` its live version. */
  readonly target: IFunction;
  /** Requests and audit lines. */
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: RouteFunctionProps) {
    super(scope, id);
    const { route, config, network, grants, routes, broker } = props;
    const grant = grants.forRoute(route);
    const reserved = reservedConcurrency(route, config, routes);
    this.logGroup = new LogGroup(this, 'Log', logGroupProps(this, config));
    // Its own, so that whoever takes over one function has what that one may do and no more.
    this.role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: GET ${route.path}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        own: new PolicyDocument({ statements: [writeLines(this.logGroup), ...grant.statements] }),
      },
      managedPolicies: grant.managedPolicies,
    });
    declareActions(this.role, actionsOf(route, config));
    tagIdentity(this.role, { ...route, config });
    this.lambda = new NodejsFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: GET ${route.path}`,
      code: bundle(`routes/${route.name}/handler.ts`, config, {
        [BUNDLE_FILES.settings]: JSON.stringify(settingsOf(route, config, routes)),
        ...(route.needs.includes('database') && { [BUNDLE_FILES.databaseCa]: rdsCertificates(config.region) }),
      }),
      environment: grant.environment,
      role: this.role,
      logGroup: this.logGroup,
      memorySize: memory(route),
      timeout: TIMEOUT,
      vpc: network.vpc,
      vpcSubnets: { subnets: network.subnets },
      securityGroups: [
        ...network.securityGroupsFor(route),
        ...(broker !== null && reachesAgents(route, config) ? [broker.securityGroup] : []),
      ],
      ...(reserved !== null && { reservedConcurrentExecutions: reserved }),
    });
    this.target = liveVersion(this, { route: route.name, lambda: this.lambda, config, reserved });
  }
}

/**
 * Its needs', its log group's, the keys to verify tokens with, its part of the record, and the network interfaces that
 * Lambda makes for it.
 */
function actionsOf(route: Route, config: Config): DeclaredActions {
  const { needs, scopes, record } = route;
  const { encryption, recording, inventory } = config;
  const ofKeys = ['s3:GetObject', ...(encryption?.key_bucket_kms_key_arn === undefined ? [] : KEY_USE.read)];
  // Writing answers is declared only where there is somewhere to write them.
  const ofStage = needs.filter((need) => !INVENTORY_NEEDS.includes(need) || inventory !== undefined);
  const ofNeeds = ofStage.map((need) => ACTIONS_OF_NEED[need]);
  const ofRecord = record === undefined || recording === 'off' ? [] : ['s3:GetObject', 's3:ListBucket'];
  const ofTenants = readsTenants(route, config) ? ASSUME_ACTIONS : [];
  return {
    named: [
      ...LOG_ACTIONS,
      ...(scopes === null ? [] : ofKeys),
      ...ofRecord,
      ...ofTenants,
      ...agentActionsOf(route, config),
      ...ofNeeds.flatMap(({ named }) => named),
    ],
    everything: [...INTERFACE_ACTIONS, ...ofNeeds.flatMap(({ everything }) => everything ?? [])],
  };
}

/**
 * In MB; Lambda gives CPU in proportion, a whole one at 1,769 MB (Lambda guide, "Configure Lambda function memory").
 * Listings are bound by CPU and get it whole; the others wait for their upstream, and 512 MB keep the token check and
 * gzip of a page in single milliseconds.
 */
function memory(route: Route): number {
  if (route.needs.includes('bucket_listing') || route.needs.includes('file_listing')) return 1769;
  return route.needs.length > 0 ? 512 : 256;
}

/**
 * So many instances at once; `null`: no cap. Listings have their own, as each may take 25 s and fifty a second would use up
 * an account's 1,000 (Lambda quotas, "Concurrent executions"). Functions with databases share the connections.
 *
 * @throws ConfigError when they are too few
 */
function reservedConcurrency({ needs }: Route, config: Config, routes: readonly Route[]): number | null {
  if (needs.includes('database')) return instancesOf(config, routes);
  const { listings } = config.limits;
  return needs.includes('bucket_listing') && listings !== 'off' ? listings : null;
}
