/**
 * The way to Athena, through an interface endpoint. Athena itself reads catalog, reports and answers, with the caller's rights
 * and from its own network (IAM user guide, "Forward access sessions"): no way to Glue is needed.
 */
import { CfnVPCEndpoint, type ISubnet, type IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { group, HTTPS, letIn } from './security-groups.ts';

/** The group of the functions that ask Athena, and the endpoint where the VPC has none. */
export class AthenaAccess extends Construct {
  /** Of those functions. */
  readonly securityGroup: SecurityGroup;
  readonly #endpointGroup: SecurityGroup | null;

  constructor(scope: Construct, id: string, vpc: IVpc, network: Config['network']) {
    super(scope, id);
    const existing = network.vpc === 'existing' ? (network.interface_endpoints?.athena ?? null) : null;
    this.#endpointGroup = existing
      ? null
      : new SecurityGroup(this, 'EndpointSecurityGroup', {
          vpc,
          description: 'Athena endpoint of the MRT functions',
          allowAllOutbound: false,
        });
    const endpointGroupId = existing?.security_group ?? this.#endpointGroup?.securityGroupId ?? '';
    this.securityGroup = group(this, vpc, 'MRT functions to Athena', [
      { destinationSecurityGroupId: endpointGroupId, port: HTTPS, description: 'Athena endpoint' },
    ]);
    if (existing?.security_group_ingress !== 'owner') {
      letIn(this, 'Endpoint', endpointGroupId, HTTPS, this.securityGroup);
    }
  }

  /** Makes the endpoint, where the VPC has none. */
  addEndpoint(region: string, vpc: IVpc, subnets: readonly ISubnet[], policy: PolicyDocument): void {
    if (this.#endpointGroup === null) return;
    new CfnVPCEndpoint(this, 'Athena', {
      vpcEndpointType: 'Interface',
      serviceName: `com.amazonaws.${region}.athena`,
      vpcId: vpc.vpcId,
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [this.#endpointGroup.securityGroupId],
      // The functions ask by the ordinary name; so does everybody else in this VPC.
      privateDnsEnabled: true,
      policyDocument: policy,
    });
  }
}
