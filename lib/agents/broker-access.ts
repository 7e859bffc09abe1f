/** The way from the functions to IoT Core: an interface endpoint, and a private zone so that its name leads there. */
import { Fn, Stack } from 'aws-cdk-lib';
import {
  type CfnSecurityGroup,
  CfnSecurityGroupIngress,
  CfnVPCEndpoint,
  type ISecurityGroup,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { CfnHostedZone, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import type { Network } from '../network/network.ts';

/** MQTT over WebSocket and HTTPS; the port of mutual TLS (8883) is for agents, who come from outside. */
const HTTPS = 443;

export interface BrokerAccessProps {
  agents: NonNullable<Config['agents']>;
  network: Network;
}

/** Endpoint, zone and the group of the functions that may go there. */
export class BrokerAccess extends Construct {
  /** Of the functions that ask agents. */
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, { agents, network }: BrokerAccessProps) {
    super(scope, id);
    const { vpc } = network;
    const { endpoint } = agents;
    const endpointGroup =
      endpoint === 'create'
        ? new SecurityGroup(this, 'EndpointSecurityGroup', {
            vpc,
            description: 'IoT Core endpoint of the MRT functions',
            allowAllOutbound: false,
          })
        : null;
    const into = endpointGroup?.securityGroupId ?? (endpoint === 'create' ? '' : endpoint.security_group);
    const clients = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'MRT functions to IoT Core',
      allowAllOutbound: false,
    });
    // In the group's own resource, as in `network/security-groups.ts`: EC2 would let everything out of one without rules.
    (clients.node.defaultChild as CfnSecurityGroup).securityGroupEgress = [
      {
        destinationSecurityGroupId: into,
        ipProtocol: 'tcp',
        fromPort: HTTPS,
        toPort: HTTPS,
        description: 'IoT Core endpoint',
      },
    ];
    this.securityGroup = clients;
    new CfnSecurityGroupIngress(this, 'Into-Endpoint', {
      groupId: into,
      ipProtocol: 'tcp',
      fromPort: HTTPS,
      toPort: HTTPS,
      sourceSecurityGroupId: clients.securityGroupId,
      description: 'MRT functions',
    });
    if (endpoint === 'create' && endpointGroup !== null) this.#endpoint(agents.iot_endpoint, network, endpointGroup);
  }

  /**
   * IoT's data endpoint makes no private name by itself, and takes no endpoint policy: who may do what, the roles and the
   * certificates' policies say (AWS IoT Core developer guide, "Using AWS IoT Core with interface VPC endpoints").
   */
  #endpoint(host: string, network: Network, group: ISecurityGroup): void {
    const { region } = Stack.of(this);
    const endpoint = new CfnVPCEndpoint(this, 'Endpoint', {
      vpcEndpointType: 'Interface',
      serviceName: `com.amazonaws.${region}.iot.data`,
      vpcId: network.vpc.vpcId,
      subnetIds: network.subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [group.securityGroupId],
      privateDnsEnabled: false,
    });
    const zone = new CfnHostedZone(this, 'Zone', {
      name: host,
      hostedZoneConfig: { comment: 'IoT Core by the endpoint of the MRT functions' },
      vpcs: [{ vpcId: network.vpc.vpcId, vpcRegion: region }],
    });
    // `Z…:vpce-….iot.data.<region>.vpce.amazonaws.com`, the first of the endpoint's names.
    const [zoneId, name] = [0, 1].map((part) => Fn.select(part, Fn.split(':', Fn.select(0, endpoint.attrDnsEntries))));
    new CfnRecordSet(this, 'Record', {
      hostedZoneId: zone.ref,
      name: host,
      type: 'A',
      aliasTarget: { hostedZoneId: zoneId ?? '', dnsName: name ?? '', evaluateTargetHealth: false },
    });
  }
}
