/**
 * A private zone of one name, the API's own: whoever is associated with it finds the endpoint by the name that the
 * certificate has, and every other REST API stays where it is.
 */
import { Fn, Stack } from 'aws-cdk-lib';
import { CfnSecurityGroup, type CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { CfnHostedZone, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { CfnResolverEndpoint } from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import type { Access } from '../../config/options/airflow-access.ts';
import type { Network } from '../network/network.ts';

const DNS = 53;

export interface PrivateZoneProps {
  network: Network;
  access: readonly Access[];
  /** `<id>.execute-api.<region>.amazonaws.com` */
  host: string;
  endpoint: CfnVPCEndpoint;
}

/** Zone with its associations, and the addresses by which others' DNS asks it. */
export class PrivateZone extends Construct {
  readonly zoneId: string;
  /** `null`: no entry has it. */
  readonly resolverEndpointId: string | null;

  constructor(scope: Construct, id: string, { network, access, host, endpoint }: PrivateZoneProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    const zone = new CfnHostedZone(this, 'Zone', {
      name: host,
      hostedZoneConfig: { comment: 'The Airflow gateway of the MRT API' },
      // VPCs of other accounts associate themselves, once this account has authorised them: no resource does that.
      vpcs: [...new Set([network.vpc.vpcId, ...ownVpcs(access)])].map((vpcId) => ({ vpcId, vpcRegion: region })),
    });
    this.zoneId = zone.ref;
    // `Z7HUB22UULQXV:vpce-….execute-api.eu-west-1.vpce.amazonaws.com`, the Regional name first.
    const entry = Fn.split(':', Fn.select(0, endpoint.attrDnsEntries));
    new CfnRecordSet(this, 'Record', {
      hostedZoneId: zone.ref,
      name: host,
      type: 'A',
      aliasTarget: { hostedZoneId: Fn.select(0, entry), dnsName: Fn.select(1, entry), evaluateTargetHealth: false },
    });
    const askers = access.filter((candidate) => candidate.via === 'on_premises' && candidate.inbound_resolver);
    this.resolverEndpointId = askers.length === 0 ? null : this.#resolver(network, askers);
  }

  /** Two addresses in the VPC that answer the DNS servers of these networks. */
  #resolver(network: Network, askers: readonly Access[]): string {
    const group = new CfnSecurityGroup(this, 'ResolverSecurityGroup', {
      groupDescription: 'Airflow gateway: DNS questions from these networks',
      vpcId: network.vpc.vpcId,
      securityGroupIngress: askers.flatMap(({ name, cidr }) =>
        ['tcp', 'udp'].map((ipProtocol) => ({
          ipProtocol,
          fromPort: DNS,
          toPort: DNS,
          cidrIp: cidr,
          description: `DNS from ${name}`,
        })),
      ),
      // A group without any rule lets everything out (CloudFormation, "AWS::EC2::SecurityGroup"); this one leads nowhere.
      securityGroupEgress: [
        {
          ipProtocol: 'icmp',
          fromPort: 252,
          toPort: 86,
          cidrIp: '255.255.255.255/32',
          description: 'Nothing goes out',
        },
      ],
    });
    const endpoint = new CfnResolverEndpoint(this, 'Resolver', {
      direction: 'INBOUND',
      name: 'mrt-airflow',
      securityGroupIds: [group.attrGroupId],
      // Two addresses at least (Route 53 Resolver API, CreateResolverEndpoint), each in a zone of its own.
      ipAddresses: network.subnets.slice(0, 2).map((subnet) => ({ subnetId: subnet.subnetId })),
    });
    return endpoint.ref;
  }
}

/** VPCs of this account that the entries name. */
function ownVpcs(access: readonly Access[]): string[] {
  return access.flatMap((entry) => {
    if (entry.via === 'peering') return entry.account === undefined ? [entry.vpc_id] : [];
    return entry.via === 'transit_gateway' && entry.vpc_id !== undefined ? [entry.vpc_id] : [];
  });
}
