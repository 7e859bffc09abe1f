/** The ways from the callers' networks to the VPC, as far as its owner makes them: attachments, peerings, shares, routes. */
import { Stack } from 'aws-cdk-lib';
import {
  CfnRoute,
  CfnTransitGatewayRouteTableAssociation,
  CfnTransitGatewayRouteTablePropagation,
  CfnTransitGatewayVpcAttachment,
  CfnVPCPeeringConnection,
} from 'aws-cdk-lib/aws-ec2';
import { CfnResourceShare } from 'aws-cdk-lib/aws-ram';
import { Construct } from 'constructs';
import type { Access } from '../../config/options/airflow-access.ts';
import type { Config } from '../../config/schema.ts';
import type { Network } from '../network/network.ts';

type Peering = Extract<Access, { via: 'peering' }>;
type ThroughTransitGateway = Exclude<Access, Peering>;
type Shared = Extract<Access, { via: 'shared_transit_gateway' }>;

export interface AccessWaysProps {
  config: Config;
  network: Network;
  access: readonly Access[];
  /** Of the VPC: what others route here. */
  range: string;
}

/** What is made for an entry, for the words that its other side gets; `null` where there is none. */
export interface MadeWay {
  attachmentId: string | null;
  peeringId: string | null;
  shareArn: string | null;
}

/** A way for each entry. A transit gateway that several entries use has one attachment. */
export class AccessWays extends Construct {
  /** By the entry's name. */
  readonly made: ReadonlyMap<string, MadeWay>;
  readonly #props: AccessWaysProps;
  readonly #attachments = new Map<string, CfnTransitGatewayVpcAttachment>();

  constructor(scope: Construct, id: string, props: AccessWaysProps) {
    super(scope, id);
    this.#props = props;
    this.made = new Map(
      props.access.map((entry) => [entry.name, entry.via === 'peering' ? this.#peer(entry) : this.#attach(entry)]),
    );
  }

  /** In the same account it is accepted by itself; in another, by a role there that CloudFormation takes. */
  #peer(entry: Peering): MadeWay {
    const { network, config, range } = this.#props;
    const { name, cidr, vpc_id, account, accepter_role_arn, route_table_ids } = entry;
    const databases = config.network.vpc === 'new' ? config.network.peerings : [];
    // The callers are beside a database: that peering and its routes are there, and a VPC has one with another.
    if (databases.some((peering) => peering.vpc_id === vpc_id)) {
      return { attachmentId: null, peeringId: null, shareArn: null };
    }
    const peering = new CfnVPCPeeringConnection(this, `Peering-${name}`, {
      vpcId: network.vpc.vpcId,
      peerVpcId: vpc_id,
      ...(account !== undefined && { peerOwnerId: account }),
      ...(accepter_role_arn !== undefined && { peerRoleArn: accepter_role_arn }),
    });
    this.#routeThere(peering, cidr, { vpcPeeringConnectionId: peering.ref });
    for (const [index, routeTableId] of route_table_ids.entries()) {
      new CfnRoute(peering, `Back${index + 1}`, {
        routeTableId,
        destinationCidrBlock: range,
        vpcPeeringConnectionId: peering.ref,
      });
    }
    return { attachmentId: null, peeringId: peering.ref, shareArn: null };
  }

  #attach(entry: ThroughTransitGateway): MadeWay {
    const share = entry.via === 'shared_transit_gateway' && entry.owner === 'this_account' ? this.#share(entry) : null;
    const attachment = this.#attachmentOf(entry);
    const way = new Construct(this, `Way-${entry.name}`);
    const routes = this.#routeThere(way, entry.cidr, { transitGatewayId: entry.transit_gateway_id });
    // A route to a transit gateway is refused until the VPC is attached to it.
    if (attachment !== null) for (const route of routes) route.addResourceDependency(attachment);
    return { attachmentId: attachment?.ref ?? null, peeringId: null, shareArn: share?.attrArn ?? null };
  }

  /** `null`: the network's owner has made it. */
  #attachmentOf(entry: ThroughTransitGateway): CfnTransitGatewayVpcAttachment | null {
    if (entry.attachment === 'existing') return null;
    const { network } = this.#props;
    const { transit_gateway_id, transit_gateway_route_table_id: table } = entry;
    const known = this.#attachments.get(transit_gateway_id);
    if (known !== undefined) return known;
    const attachment = new CfnTransitGatewayVpcAttachment(this, `Attachment-${transit_gateway_id}`, {
      transitGatewayId: transit_gateway_id,
      vpcId: network.vpc.vpcId,
      subnetIds: network.subnets.map((subnet) => subnet.subnetId),
      tags: [{ key: 'Name', value: `mrt-${this.#props.config.stage}` }],
    });
    this.#attachments.set(transit_gateway_id, attachment);
    if (table !== undefined) {
      const there = { transitGatewayAttachmentId: attachment.ref, transitGatewayRouteTableId: table };
      new CfnTransitGatewayRouteTableAssociation(attachment, 'Association', there);
      new CfnTransitGatewayRouteTablePropagation(attachment, 'Propagation', there);
    }
    return attachment;
  }

  /** The other account sees the transit gateway then, and attaches its own VPC. */
  #share({ name, account, transit_gateway_id, outside_organization }: Shared): CfnResourceShare {
    const { region, account: own } = Stack.of(this);
    return new CfnResourceShare(this, `Share-${name}`, {
      name: `mrt-${this.#props.config.stage}-airflow-${name}`,
      principals: [account],
      resourceArns: [`arn:aws:ec2:${region}:${own}:transit-gateway/${transit_gateway_id}`],
      allowExternalPrincipals: outside_organization,
    });
  }

  /** From every table of the subnets that the endpoint stands in. */
  #routeThere(
    scope: Construct,
    destinationCidrBlock: string,
    target: { transitGatewayId: string } | { vpcPeeringConnectionId: string },
  ): CfnRoute[] {
    return this.#props.network.routeTableIds.map(
      (routeTableId, index) =>
        new CfnRoute(scope, `There${index + 1}`, { routeTableId, destinationCidrBlock, ...target }),
    );
  }
}
