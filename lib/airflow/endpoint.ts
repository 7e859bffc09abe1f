/** The way in: an interface endpoint for execute-api, which lets in the networks of the configuration and nobody else. */
import { Stack } from 'aws-cdk-lib';
import { CfnVPCEndpoint, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Access } from '../../config/options/airflow-access.ts';
import type { Network } from '../network/network.ts';

export interface GatewayEndpointProps {
  /** VPC and subnets that it stands in. */
  network: Network;
  /** Whose ranges it lets in. */
  access: readonly Access[];
}

/** Endpoint and its security group. */
export class GatewayEndpoint extends Construct {
  readonly endpoint: CfnVPCEndpoint;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { network, access }: GatewayEndpointProps) {
    super(scope, id);
    const { region, account } = Stack.of(this);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Airflow gateway: the networks that reach it',
      // The CDK then writes a rule into it that lets nothing out.
      allowAllOutbound: false,
    });
    for (const { name, cidr } of access) {
      this.securityGroup.addIngressRule(Peer.ipv4(cidr), Port.HTTPS, `Airflow gateway from ${name}`);
    }
    this.endpoint = new CfnVPCEndpoint(this, 'Endpoint', {
      vpcEndpointType: 'Interface',
      serviceName: `com.amazonaws.${region}.execute-api`,
      vpcId: network.vpc.vpcId,
      subnetIds: network.subnets.map((subnet) => subnet.subnetId),
      securityGroupIds: [this.securityGroup.securityGroupId],
      // With it, every public REST API of the Region would lose its name in this VPC (API Gateway guide, "Private REST
      // APIs"). The API is reached by its name with the endpoint's, or by a private zone of its own name alone.
      privateDnsEnabled: false,
      // Which API, the API's own policy and its identifier cannot be in: each would need the other first. The account is.
      policyDocument: new PolicyDocument({
        statements: [
          new PolicyStatement({
            principals: [new AnyPrincipal()],
            actions: ['execute-api:Invoke'],
            resources: [`arn:aws:execute-api:${region}:${account}:*`],
          }),
        ],
      }),
    });
  }
}
