/** Where the functions run: private subnets whose only ways out are the databases, S3 and CloudWatch. */
import { Validations } from 'aws-cdk-lib';
import {
  CfnRoute,
  CfnVPCPeeringConnection,
  FlowLogDestination,
  IpAddresses,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { isolatedTenants } from '../../config/tenancy.ts';
import { INVENTORY_NEEDS } from '../../lambdas/contract.ts';
import { logGroupProps } from '../log-group.ts';
import { declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';
import { type Reading, readsTenants } from '../permissions/tenant-statements.ts';
import { hasAirflow } from '../stage-routes.ts';
import { AirflowAccess } from './airflow-access.ts';
import { AthenaAccess } from './athena-access.ts';
import { DatabaseAccess, EndpointAccess, ObjectsAccess } from './security-groups.ts';

type NewNetwork = Extract<Config['network'], { vpc: 'new' }>;

/** The existing VPC of the configuration, or a new one with peerings and flow logs; and the functions' security groups. */
export class Network extends Construct {
  readonly vpc: IVpc;
  /** One a zone, private. */
  readonly subnets: ISubnet[];
  /** Of these subnets; the S3 endpoint puts its routes there. */
  readonly routeTableIds: string[];
  /** The way to CloudWatch. */
  readonly metrics: EndpointAccess;
  /** The way to STS, for the roles of tenants; `null`: no tenant has one. */
  readonly sts: EndpointAccess | null;
  readonly #config: Config;
  /** The ways to Airflows; `null`: no environment has one. */
  readonly airflow: AirflowAccess | null;
  /** The way to Athena; `null`: nobody asks inventory reports. */
  readonly athena: AthenaAccess | null;
  readonly #objects: ObjectsAccess;
  readonly #databases: DatabaseAccess;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.#config = config;
    const { network } = config;
    if (network.vpc === 'existing') {
      this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
        vpcId: network.vpc_id,
        availabilityZones: network.availability_zones,
        isolatedSubnetIds: network.subnet_ids,
      });
      // The CDK warns that it cannot add routes; nothing here asks it to.
      Validations.of(this.vpc).acknowledge({
        id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
        reason: 'The route tables come from the configuration; which subnet has which does not matter here.',
      });
      this.subnets = this.vpc.isolatedSubnets;
      this.routeTableIds = network.route_table_ids;
    } else {
      // The CDK's own class misses its interface under exactOptionalPropertyTypes.
      this.vpc = this.#newVpc(network, config) as IVpc;
      this.subnets = this.vpc.isolatedSubnets;
      this.routeTableIds = this.subnets.map((subnet) => subnet.routeTable.routeTableId);
    }
    // A group for each way out; which of them a function gets follows from its needs.
    const peerings = network.vpc === 'new' ? this.#peer(network) : [];
    this.#objects = new ObjectsAccess(this, 'ObjectsAccess', this.vpc, network.s3_prefix_list_id);
    const existing = network.vpc === 'existing' ? network : null;
    const monitoring = existing?.monitoring_endpoint ?? 'create';
    this.metrics = new EndpointAccess(
      this,
      'MetricsAccess',
      this.vpc,
      'CloudWatch',
      monitoring === 'create' ? null : monitoring,
    );
    this.sts =
      isolatedTenants(config).length === 0
        ? null
        : new EndpointAccess(this, 'StsAccess', this.vpc, 'STS', existing?.interface_endpoints?.sts ?? null);
    this.#databases = new DatabaseAccess(this, 'DatabaseAccess', this.vpc, config, this.sts === null ? 2 : 3);
    this.airflow = hasAirflow(config) ? new AirflowAccess(this, 'AirflowAccess', this.vpc, config, this.metrics) : null;
    this.athena = config.inventory === undefined ? null : new AthenaAccess(this, 'AthenaAccess', this.vpc, network);
    // A rule that names a group in a peered VPC is refused until the peering is active.
    for (const peering of peerings) this.#databases.node.addDependency(peering);
  }

  /**
   * The groups of a function, by what it reads: for the need `database` S3's and the databases'.
   * S3 for everybody, since the signing keys are there; CloudWatch, the databases and Airflows for those that read them, STS
   * for those that read with the roles of tenants.
   */
  securityGroupsFor(reading: Reading): ISecurityGroup[] {
    const { needs } = reading;
    const airflow = needs.some((need) => /^airflow(_trigger)?$/.test(need)) ? this.airflow : null;
    // Whoever reads Airflows has that way in its group for them: an interface takes five groups (Amazon VPC quotas).
    const metrics = airflow === null && needs.some((need) => need.endsWith('_metrics'));
    return [
      this.#objects.securityGroup,
      ...(metrics ? [this.metrics.securityGroup] : []),
      ...(needs.includes('database') ? this.#databases.securityGroups : []),
      ...(airflow === null ? [] : [airflow.securityGroup]),
      ...(this.sts !== null && readsTenants(reading, this.#config) ? [this.sts.securityGroup] : []),
      ...(this.athena !== null && needs.some((need) => INVENTORY_NEEDS.includes(need))
        ? [this.athena.securityGroup]
        : []),
    ];
  }

  /** Of the functions, by where they lead; owners of what is there let them in where the stack may not. */
  securityGroupIds(): Record<'s3' | 'cloudwatch' | 'databases', string[]> & { sts?: string[] } {
    const ids = (groups: ISecurityGroup[]) => groups.map((group) => group.securityGroupId);
    return {
      s3: ids([this.#objects.securityGroup]),
      cloudwatch: ids([this.metrics.securityGroup]),
      databases: ids(this.#databases.securityGroups),
      ...(this.sts !== null && { sts: ids([this.sts.securityGroup]) }),
    };
  }

  /** Isolated subnets, no gateway of any kind, every flow logged. */
  #newVpc(network: NewNetwork, config: Config): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(network.cidr),
      availabilityZones: network.availability_zones,
      natGateways: 0,
      createInternetGateway: false,
      // The CDK would empty the default group with a function of its own, outside the VPC. Nothing uses the group.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'Functions', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    const { iamRole } = vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(new LogGroup(this, 'FlowLogGroup', logGroupProps(this, config))),
    });
    if (iamRole) declareActions(iamRole, { named: [...LOG_ACTIONS, 'logs:DescribeLogStreams'] });
    return vpc;
  }

  /**
   * Same account and Region: the peering is accepted by itself, and security groups can name each other (VPC Peering
   * Guide, "Update your security groups to reference peer security groups"). Each side needs a route to the other: the
   * stack's own tables get one, and those of the databases where the configuration names them.
   */
  #peer(network: NewNetwork): CfnVPCPeeringConnection[] {
    return network.peerings.map((peer, index) => {
      const peering = new CfnVPCPeeringConnection(this, `Peering${index + 1}`, {
        vpcId: this.vpc.vpcId,
        peerVpcId: peer.vpc_id,
      });
      for (const [zone, routeTableId] of this.routeTableIds.entries()) {
        new CfnRoute(peering, `There${zone + 1}`, {
          routeTableId,
          destinationCidrBlock: peer.cidr,
          vpcPeeringConnectionId: peering.ref,
        });
      }
      for (const [table, routeTableId] of peer.route_table_ids.entries()) {
        new CfnRoute(peering, `Back${table + 1}`, {
          routeTableId,
          destinationCidrBlock: network.cidr,
          vpcPeeringConnectionId: peering.ref,
        });
      }
      return peering;
    });
  }
}
