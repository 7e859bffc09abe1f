/** The ways to Airflows: MWAA's API and Secrets Manager by interface endpoints, and the web servers themselves. */
import { CfnVPCEndpoint, type ISubnet, type IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import type { OPTIONAL_ENDPOINTS } from '../../config/network.ts';
import { type AirflowConfig, authenticationOf } from '../../config/options/airflow.ts';
import type { Config } from '../../config/schema.ts';
import { type EndpointAccess, type Exit, group, HTTPS, letIn, MAX_RULES_PER_GROUP } from './security-groups.ts';

/** The end of an endpoint's service name. */
export type AirflowService = Exclude<(typeof OPTIONAL_ENDPOINTS)[number], 'sts' | 'athena'>;

/** Which services the configured Airflows are reached by; none without an Airflow. */
export function airflowServices({ environments }: Pick<Config, 'environments'>): AirflowService[] {
  const airflows = Object.values(environments).flatMap(({ airflow }) => airflow ?? []);
  const some = (is: (airflow: AirflowConfig) => boolean) => airflows.some(is);
  return [
    ...(some(({ token, basic }) => (token ?? basic) !== undefined) ? (['secretsmanager'] as const) : []),
    ...(some((airflow) => authenticationOf(airflow) === 'mwaa') ? (['airflow.env'] as const) : []),
    ...(some(({ environment }) => environment !== undefined) ? (['airflow.api'] as const) : []),
  ];
}

/** One group of the functions that read Airflows, with a rule for each way; CloudWatch is one of them, as they read that too. */
export class AirflowAccess extends Construct {
  /** Of those functions. */
  readonly securityGroup: SecurityGroup;
  readonly #endpointGroup: SecurityGroup | null;
  readonly #created: AirflowService[];

  /** @throws ConfigError when the web servers need more rules than a group has */
  constructor(scope: Construct, id: string, vpc: IVpc, { network, environments }: Config, metrics: EndpointAccess) {
    super(scope, id);
    const existing = (network.vpc === 'existing' && network.interface_endpoints) || {};
    const services = airflowServices({ environments });
    this.#created = services.filter((service) => existing[service] === undefined);
    this.#endpointGroup =
      this.#created.length === 0
        ? null
        : new SecurityGroup(this, 'EndpointSecurityGroup', {
            vpc,
            description: 'Endpoints by which the MRT functions reach Airflow',
            allowAllOutbound: false,
          });
    const servers = webServers(environments);
    const exits: Exit[] = [
      metrics.exit(),
      ...(this.#endpointGroup === null
        ? []
        : [
            {
              destinationSecurityGroupId: this.#endpointGroup.securityGroupId,
              port: HTTPS,
              description: 'Endpoints of MWAA and Secrets Manager',
            },
          ]),
      ...services.flatMap((service) => {
        const endpoint = existing[service];
        return endpoint === undefined
          ? []
          : [
              {
                destinationSecurityGroupId: endpoint.security_group,
                port: HTTPS,
                description: `Endpoint of ${service}`,
              },
            ];
      }),
      ...servers.map(({ port, security_group, cidr }) => ({
        ...(security_group === undefined ? { cidrIp: cidr ?? '' } : { destinationSecurityGroupId: security_group }),
        port,
        description: 'Airflow',
      })),
    ];
    if (exits.length > MAX_RULES_PER_GROUP) {
      throw new ConfigError([
        `environments: ${servers.length} web servers of Airflows, ${MAX_RULES_PER_GROUP - 4} fit`,
      ]);
    }
    this.securityGroup = group(this, vpc, 'MRT functions to Airflow', exits);
    metrics.letIn(this, this.securityGroup);
    if (this.#endpointGroup !== null) {
      letIn(this, 'Endpoints', this.#endpointGroup.securityGroupId, HTTPS, this.securityGroup);
    }
    for (const service of services) {
      const endpoint = existing[service];
      if (endpoint?.security_group_ingress === 'create') {
        letIn(this, service.replace('.', '-'), endpoint.security_group, HTTPS, this.securityGroup);
      }
    }
    for (const { security_group, security_group_ingress, port } of servers) {
      if (security_group !== undefined && security_group_ingress === 'create') {
        letIn(this, `${security_group}-${port}`, security_group, port, this.securityGroup);
      }
    }
  }

  /**
   * Makes the endpoints that the VPC does not have.
   *
   * @param policyOf what may be called through one, by the beginning of IAM's actions: `airflow`, `secretsmanager`
   */
  addEndpoints(
    region: string,
    vpc: IVpc,
    subnets: readonly ISubnet[],
    policyOf: (service: 'airflow' | 'secretsmanager') => PolicyDocument,
  ): void {
    for (const service of this.#created) {
      new CfnVPCEndpoint(this, service.replace('.', '-'), {
        vpcEndpointType: 'Interface',
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcId: vpc.vpcId,
        subnetIds: subnets.map(({ subnetId }) => subnetId),
        securityGroupIds: this.#endpointGroup === null ? [] : [this.#endpointGroup.securityGroupId],
        // The functions ask by the ordinary names; so does everybody else in this VPC.
        privateDnsEnabled: true,
        policyDocument: policyOf(service === 'secretsmanager' ? 'secretsmanager' : 'airflow'),
      });
    }
  }
}

/** Each web server once: Airflows behind one load balancer share its rule. */
function webServers(environments: Config['environments']) {
  const servers = Object.values(environments).flatMap(({ airflow }) => airflow?.web_server ?? []);
  return [
    ...new Map(servers.map((server) => [`${server.security_group ?? server.cidr}:${server.port}`, server])).values(),
  ];
}
