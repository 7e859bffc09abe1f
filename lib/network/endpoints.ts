/** The VPC's endpoints for S3, CloudWatch and what options need, each open for exactly what the functions call. */
import { Stack } from 'aws-cdk-lib';
import { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { isolatedTenants, tenantRoleArn } from '../../config/tenancy.ts';
import { INVENTORY_NEEDS } from '../../lambdas/contract.ts';
import type { KeyBucket } from '../identity/key-bucket.ts';
import { needStatements } from '../permissions/need-statements.ts';
import { ASSUME_ACTIONS, type Reading, readsTenants } from '../permissions/tenant-statements.ts';
import type { RecordBucket } from '../records/record-bucket.ts';
import { byResources, endpointPolicy, objectStatements } from './endpoint-policy.ts';
import type { Network } from './network.ts';

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
