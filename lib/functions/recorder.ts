/** The function that records: on a schedule, one run at a time, with what the routes that it asks may read. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { BUNDLE_FILES, INVENTORY_NEEDS, type Need } from '../../lambdas/contract.ts';
import type { Route } from '../../lambdas/route.ts';
import type { BrokerAccess } from '../agents/broker-access.ts';
import { agentActionsOf } from '../agents/function-statements.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import type { Network } from '../network/network.ts';
import { ACTIONS_OF_NEED, declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';
import { ASSUME_ACTIONS, readsTenants } from '../permissions/tenant-statements.ts';
import type { RecordBucket } from '../records/record-bucket.ts';
import { bundle, FUNCTION_DEFAULTS } from './bundle.ts';
import { type Grants, INTERFACE_ACTIONS } from './grants.ts';
import { tagIdentity } from './identity-tag.ts';
import { rdsCertificates } from './rds-certificates.ts';
import { recorderSettings } from './settings.ts';

/** The longest that Lambda lets a function run is 15 minutes (Lambda guide, "Quotas"). */
const MAX_MINUTES = 14;

export interface RecorderProps {
  config: Config;
  recording: Exclude<Config['recording'], 'off'>;
  network: Network;
  grants: Grants;
  recordBucket: RecordBucket;
  /** The routes of the stage. */
  routes: readonly Route[];
  /** The way to the agents of other accounts; `null`: there are none. */
  broker: BrokerAccess | null;
}

/** Function, schedule and role. */
export class Recorder extends Construct {
  readonly role: Role;
  readonly lambda: NodejsFunction;
  /** What it reads in place of callers: everything that the routes which give to the fleet need. */
  readonly needs: readonly Need[];

  constructor(scope: Construct, id: string, props: RecorderProps) {
    super(scope, id);
    const { config, recording, network, grants, recordBucket, routes, broker } = props;
    // What it records of buckets are CloudWatch's figures and listings.
    this.needs = [...new Set(routes.filter(({ fleet }) => fleet !== undefined).flatMap(({ needs }) => needs))].filter(
      (need) => !INVENTORY_NEEDS.includes(need),
    );
    const grant = grants.forRecorder(this.needs, recordBucket);
    const logGroup = new LogGroup(this, 'Log', logGroupProps(this, config));
    this.role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: records the figures`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: new PolicyDocument({ statements: [writeLines(logGroup), ...grant.statements] }) },
      managedPolicies: grant.managedPolicies,
    });
    const ofNeeds = this.needs.map((need) => ACTIONS_OF_NEED[need]);
    declareActions(this.role, {
      named: [
        ...LOG_ACTIONS,
        ...['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
        ...grants.keyActions(),
        ...agentActionsOf({ environment: true }, config),
        ...(readsTenants(this, config) ? ASSUME_ACTIONS : []),
        ...ofNeeds.flatMap(({ named }) => named),
      ],
      everything: [...INTERFACE_ACTIONS, ...ofNeeds.flatMap(({ everything }) => everything ?? [])],
    });
    tagIdentity(this.role, { name: 'recorder', needs: this.needs, config });
    this.lambda = new NodejsFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: records the figures of all environments`,
      code: bundle('recorder/handler.ts', config, {
        [BUNDLE_FILES.settings]: JSON.stringify(recorderSettings(this.needs, config, routes)),
        [BUNDLE_FILES.databaseCa]: rdsCertificates(config.region),
      }),
      environment: grant.environment,
      role: this.role,
      logGroup,
      // Listings are bound by CPU, and identities of a thousand apps take some hundred megabytes.
      memorySize: 1769,
      timeout: Duration.minutes(Math.min(MAX_MINUTES, recording.every_minutes - 1)),
      // The lease in the bucket keeps two runs apart; this keeps them from costing anything.
      reservedConcurrentExecutions: 1,
      vpc: network.vpc,
      vpcSubnets: { subnets: network.subnets },
      securityGroups: [...network.securityGroupsFor(this), ...(broker === null ? [] : [broker.securityGroup])],
    });
    new Rule(this, 'Schedule', {
      description: 'Records the figures of all environments',
      schedule: Schedule.rate(Duration.minutes(recording.every_minutes)),
      // The next run does the same, and begins with what this one did not come to.
      targets: [new LambdaFunction(this.lambda, { retryAttempts: 0 })],
    });
  }
}
