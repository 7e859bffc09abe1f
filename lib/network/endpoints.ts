/** The VPC's endpoints for S3, CloudWatch and what options need, each open for exactly what the functions call. */

import { Stack } from 'aws-cdk-lib';
import { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { Effect, type IRole, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import { isolatedTenants, tenantRoleArn } from '../../config/tenancy.ts';
import { INVENTORY_NEEDS, type Need } from '../../lambdas/contract.ts';
import type { KeyBucket } from '../identity/key-bucket.ts';
import { needStatements } from '../permissions/need-statements.ts';
import { ASSUME_ACTIONS, type Reading, readsTenants } from '../permissions/tenant-statements.ts';
import type { RecordBucket } from '../records/record-bucket.ts';
import type { Network } from './network.ts';

/** Characters of an endpoint policy (Amazon VPC quotas, "VPC endpoints"). */
const MAX_POLICY_CHARACTERS = 20_480;
/** Characters left for tokens: the key bucket and the roles, whose names are known at deployment only. */
const TOKEN_ROOM = 3000;
/** Characters of `Principal` and the comma, which each statement gets in the endpoint's policy. */
const PRINCIPAL_ROOM = 20;

export interface EndpointsProps {
  /** Which endpoints exist already: those are left alone. */
  config: Config;
  /** VPC, subnets and route tables that they stand in. */
  network: Network;
  /** Read by every function through the S3 endpoint. */
  keyBucket: KeyBucket;
  /** Read by routes and written by the recorder through it; `null`: nothing is recorded. */
  recordBucket: RecordBucket | null;
  /** The key pairs that functions of the network read; empty without a trust domain. */
  keyPairs: PolicyStatement[];
  /** Each function's role with what it reads. */
  callers: ({ role: IRole } & Reading)[];
}

/** A gateway endpoint for S3 and interface endpoints for the others, where the configuration asks for them. */
export class Endpoints extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { config, network, keyBucket, recordBucket, keyPairs, callers }: EndpointsProps,
  ) {
    super(scope, id);
    const { region } = Stack.of(this);
    const setting = config.network;
    // What no function reads, nobody may call through the endpoint either.
    const used = [...new Set(callers.flatMap(({ needs }) => needs))];
    if (setting.vpc === 'new' || setting.s3_endpoint === 'create') {
      new CfnVPCEndpoint(this, 'S3', {
        // Free, and reached by routes: the addresses stay S3's public ones, which is why rules name a prefix list.
        vpcEndpointType: 'Gateway',
        serviceName: `com.amazonaws.${region}.s3`,
        vpcId: network.vpc.vpcId,
        routeTableIds: network.routeTableIds,
        policyDocument: endpointPolicy(
          [
            keyBucket.readStatement(),
            ...keyPairs,
            ...(recordBucket?.endpointStatements() ?? []),
            ...objectStatements(used, config),
          ],
          [...callers.map(({ role }) => role.roleArn), ...tenantRoles(config)],
        ),
      });
    }
    if (network.metrics.endpointGroup !== null) {
      const readers = callers.filter(({ needs }) => needs.some((need) => need.endsWith('_metrics')));
      new CfnVPCEndpoint(this, 'Monitoring', {
        vpcEndpointType: 'Interface',
        serviceName: `com.amazonaws.${region}.monitoring`,
        vpcId: network.vpc.vpcId,
        subnetIds: network.subnets.map((subnet) => subnet.subnetId),
        securityGroupIds: [network.metrics.endpointGroup.securityGroupId],
        // The functions ask CloudWatch by its ordinary name; so does everybody else in this VPC.
        privateDnsEnabled: true,
        policyDocument: endpointPolicy(
          needStatements('bucket_metrics', config),
          readers.map(({ role }) => role.roleArn),
        ),
      });
    }
    const inventoryReaders = callers
      .filter(({ needs }) => needs.some((need) => INVENTORY_NEEDS.includes(need)))
      .map(({ role }) => role.roleArn)
      .concat(tenantRoles(config));
    network.athena?.addEndpoint(
      region,
      network.vpc,
      network.subnets,
      endpointPolicy(
        INVENTORY_NEEDS.flatMap((need) => needStatements(need, config)).filter(({ actions }) =>
          actions.some((name) => name.startsWith('athena:')),
        ),
        inventoryReaders,
      ),
    );
    if (network.sts !== null && network.sts.endpointGroup !== null) {
      const readers = callers.filter((caller) => readsTenants(caller, config));
      new CfnVPCEndpoint(this, 'Sts', {
        vpcEndpointType: 'Interface',
        serviceName: `com.amazonaws.${region}.sts`,
        vpcId: network.vpc.vpcId,
        subnetIds: network.subnets.map((subnet) => subnet.subnetId),
        securityGroupIds: [network.sts.endpointGroup.securityGroupId],
        privateDnsEnabled: true,
        policyDocument: endpointPolicy(
          [new PolicyStatement({ actions: ASSUME_ACTIONS, resources: tenantRoles(config) })],
          readers.map(({ role }) => role.roleArn),
        ),
      });
    }
    const ofAirflow = used.filter((need) => need === 'airflow' || need === 'airflow_trigger');
    const airflowCallers = callers.filter(({ needs }) => ofAirflow.some((need) => needs.includes(need)));
    network.airflow?.addEndpoints(region, network.vpc, network.subnets, (service) =>
      endpointPolicy(
        byResources(
          ofAirflow
            .flatMap((need) => needStatements(need, config))
            .filter(({ actions }) => actions.some((name) => name.startsWith(`${service}:`))),
        ),
        [...airflowCallers.map(({ role }) => role.roleArn), ...tenantRoles(config)],
      ),
    );
  }
}

/** The roles of tenants, as one pattern: fifty names would not leave room for what they may do. */
function tenantRoles(config: Config): string[] {
  return isolatedTenants(config).length === 0 ? [] : [tenantRoleArn(config, '*')];
}

/**
 * Whoever else is in the VPC is refused, even where its own role would allow the call. Principals are `"*"` and no
 * `{ "AWS": … }`, which the policy of a gateway endpoint takes for the root user of an account (AWS PrivateLink guide,
 * "Endpoint policies for gateway endpoints").
 */
function endpointPolicy(allowed: PolicyStatement[], roles: string[]): PolicyDocument {
  return new PolicyDocument({
    statements: [
      ...allowed.map((statement) => statement.copy({ principals: [new StarPrincipal()] })),
      new PolicyStatement({
        sid: 'OnlyTheFunctions',
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: ['*'],
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles } },
      }),
    ],
  });
}

/**
 * The S3 part of what the needs may do. Prefix conditions are left to the roles. Where so many objects are
 * configured that they pass the endpoint's limit, their names are left to the roles too: then `s3:GetObject` on
 * `shop-deployments/config/prod/m2ee.yaml` and 300 others becomes `s3:GetObject` on `shop-deployments/*`.
 *
 * @throws ConfigError when even the buckets' names do not fit
 */
export function objectStatements(needs: readonly Need[], config: Config): PolicyStatement[] {
  const s3 = needs
    .flatMap((need) => needStatements(need, config))
    .filter(({ actions }) => actions.every((action) => action.startsWith('s3:')))
    // What Athena does on a function's behalf comes from Athena's network.
    .filter(({ conditions }) => conditions?.['ForAnyValue:StringEquals'] === undefined);
  const exact = byResources(s3);
  if (fits(exact)) return exact;
  const buckets = [
    ...new Set(s3.flatMap(({ resources }) => resources.map((resource) => resource.replace(/\/.*$/, '')))),
  ];
  const whole = new PolicyStatement({
    actions: [...new Set(s3.flatMap(({ actions }) => actions))],
    resources: buckets.flatMap((bucket) => [bucket, `${bucket}/*`]),
  });
  if (fits([whole])) return [whole];
  throw new ConfigError([
    'environments: their buckets pass the size of an endpoint policy; divide them over two stages',
  ]);
}

/**
 * One statement for all actions on the same resources, which is the shortest way to say it: `GetObject on a/*`,
 * `GetObject on b/*`, `ListBucket on a` and `ListBucketVersions on a` are two statements then and not four.
 */
function byResources(statements: PolicyStatement[]): PolicyStatement[] {
  const resourcesByAction = new Map<string, Set<string>>();
  for (const { actions, resources } of statements) {
    for (const action of actions) {
      const collected = resourcesByAction.get(action) ?? new Set();
      for (const resource of resources) collected.add(resource);
      resourcesByAction.set(action, collected);
    }
  }
  const actionsByResources = new Map<string, string[]>();
  for (const [action, resources] of resourcesByAction) {
    const same = JSON.stringify([...resources]);
    actionsByResources.set(same, [...(actionsByResources.get(same) ?? []), action]);
  }
  return [...actionsByResources].map(
    ([same, actions]) => new PolicyStatement({ actions, resources: JSON.parse(same) as string[] }),
  );
}

/** Whether the statements leave room for the tokens. */
function fits(statements: PolicyStatement[]): boolean {
  const characters = statements.map((statement) => JSON.stringify(statement.toStatementJson()).length + PRINCIPAL_ROOM);
  return characters.reduce((sum, length) => sum + length, 0) <= MAX_POLICY_CHARACTERS - TOKEN_ROOM;
}
